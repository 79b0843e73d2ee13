"""The built-in plugins. They come through the same door as anyone's: see README.md beside this file."""
