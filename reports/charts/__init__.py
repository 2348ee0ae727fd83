"""Charts as inline SVG: pure functions, data in, drawing out, the same every time.

Lengths are millimetres of the printed page. Colours stand in attributes, because the PDF renderer ignores the
page's style sheet inside a drawing, and again as classes, so that the screen can darken them. The finding is
the drawing's title, which is what a screen reader says.
"""
