"""The corpus `phantom-xray`: synthetic chest X-ray studies whose findings have a known place, and what makes them."""
