"""Text mining for medical reports, with the evidence for every answer."""
