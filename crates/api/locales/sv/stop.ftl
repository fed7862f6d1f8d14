### Avsluta mejl.

stop-heading = Mejl från skolan
stop-ask = Vill du sluta få mejl från skolan om dina barn?
stop-button = Ja, sluta skicka
stop-done = Du får inga fler sammanfattningar. Skolan kan sätta på dem igen om du ber om det.
stop-broken = Det gick inte just nu. Försök igen om en stund.
