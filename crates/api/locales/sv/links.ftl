### Sidor som en vårdnadshavare når genom en länk i ett mejl.

link-broken = Det gick inte just nu. Försök igen om en stund.
link-unclear = Välj hur ofta du vill ha mejl, och på vilket språk.
stop-heading = Mejl från skolan
stop-ask = Vill du sluta få mejl från skolan om dina barn?
stop-button = Ja, sluta skicka
stop-done = Du får inga fler sammanfattningar. Skolan kan sätta på dem igen om du ber om det.
wishes-heading = Mejl från skolan
wishes-ask = Hur vill du få mejl från skolan om dina barn?
wishes-button = Spara
wishes-done = Det är sparat. Nästa mejl kommer så som du har valt.
wishes-frequency = Hur ofta
wishes-weekly = Högst en gång i veckan
wishes-monthly = Högst en gång i månaden
wishes-off = Aldrig
wishes-language = Språk
wishes-plain = Bara ren text, utan formatering
confirm-heading = Din e-postadress
confirm-ask = Vill du ha mejl från skolan till adressen där du fick länken?
confirm-button = Ja, adressen är min
confirm-done = Tack. Skolan kan nu skriva till adressen.
seen-heading = Meddelande från skolan idag
seen-ask = Har du läst skolans meddelande?
seen-button = Ja, jag har läst det
seen-done = Tack. Skolan vet nu att du har läst det.
