# Demons mejl till vårdnadshavare
mail-heading = Mejl till vårdnadshavare
mail-what = Det här har demon skrivit till vårdnadshavare. Ingenting skickas: mejlen ligger i en mapp på den här datorn.
mail-languages = Bara svenska och engelska är granskade av någon som talar språket. Demon skriver ändå på alla, så att de går att se.
mail-none = Demon har inte skrivit något mejl.
mail-back = Alla mejl
mail-to = Till
mail-subject = Ämne
mail-text = Texten
mail-html = Som det ser ut med formatering
mail-links = Länkarna hit till demon går att följa, och det som väljs där gäller. Lärplattformens adress är påhittad.
