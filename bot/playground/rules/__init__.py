"""What Slack accepts: messages, blocks, stream chunks and views."""
