"""Views: tables and pictures. Showing is not converting."""
