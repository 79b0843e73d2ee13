"""All of it put together: what scripts and the command line call."""
