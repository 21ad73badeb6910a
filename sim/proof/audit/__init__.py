"""The audit: every screen in every look, language and panel, measured from its pixels."""
