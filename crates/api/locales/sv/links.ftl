### Sidor som en vårdnadshavare når genom en länk i ett mejl.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = yes
link-broken = Det gick inte just nu. Försök igen om en stund.
link-unclear = Det är inte sparat än. Välj hur ofta du vill ha mejl, och på vilket språk.
link-enough = Du har ändrat dina val många gånger idag. De senaste som sparades gäller. Du kan ändra igen i morgon, eller ringa skolan.
link-languages = Språk
gone-heading = Sidan finns inte
gone-what = Följde du en länk i ett mejl från skolan? Då gäller länken inte längre. Det nyaste mejlet har en länk som gäller. Ring skolan om du har frågor.
stop-heading = Avsluta mejl från skolan
stop-ask = Vill du sluta få sammanfattningar från skolan om dina barn? Skolan kan ändå höra av sig om något är brådskande.
stop-button = Ja, sluta skicka
stop-done = Du får inga fler sammanfattningar. Skolan kan sätta på dem igen om du ber om det.
wishes-heading = Välj hur du får mejl från skolan
wishes-ask = Hur vill du få sammanfattningar från skolan om dina barn?
wishes-button = Spara
wishes-done = Det är sparat. Nästa mejl kommer så som du har valt.
wishes-done-off = Det är sparat. Du får inga fler sammanfattningar. Skolan kan ändå höra av sig om något är brådskande.
wishes-frequency = Hur ofta
wishes-weekly = Högst en gång i veckan
wishes-monthly = Högst en gång i månaden
wishes-off = Aldrig
wishes-language = Språk i mejlen
wishes-plain = Bara ren text, utan formatering
confirm-heading = Bekräfta din e-postadress
confirm-ask = Vill du ha mejl från skolan till adressen där du fick länken? Är den inte din behöver du inte göra något.
confirm-button = Ja, adressen är min
confirm-done = Tack. Skolan kan nu skriva till adressen.
seen-heading = Meddelande från skolan
seen-ask = Har du läst skolans meddelande?
seen-button = Ja, jag har läst det
seen-done = Tack. Skolan vet nu att du har läst det.
