"""Answers in, scores, spans and keywords out."""
