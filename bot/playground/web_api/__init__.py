"""The Web API methods this workspace speaks."""
