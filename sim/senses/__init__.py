"""What a screen, a voice and a touch become for other eyes, ears and hands.

`models.py` has the numbers and where they come from; `seeing.py` and `hearing.py` apply them to pictures and
sound, `svg.py` gives the same eyes to a web page, `hands.py` moves a pointer as other hands would. They are
pictures of one loss each, to try a design on; nobody sees or hears exactly so, and they are no measurement:
that is the audit's business.
"""
