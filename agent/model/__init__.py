"""The language model, whoever makes it: asked within limits, heard out, its faults told apart, its price known."""
