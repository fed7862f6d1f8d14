### Unchecked translation. Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = no
link-broken = ሕጂ ኣይሰርሐን። ድሕሪ ቁሩብ ግዜ ደጊምካ ፈትን።
link-unclear = ክሳብ ሕጂ ኣይተዓቀበን። ክንደይ ግዜን ብኣየናይ ቋንቋን ኢመይል ከም እትደሊ ምረጽ።
link-enough = ሎሚ ምርጫታትካ ብዙሕ ግዜ ቀይርካ። እቲ ናይ መወዳእታ ዝተዓቀበ ይሰርሕ። ጽባሕ ደጊምካ ክትቅይር ትኽእል፣ ወይ ናብ ቤት ትምህርቲ ደውል።
link-languages = ቋንቋ
gone-heading = እዚ ገጽ የለን
gone-what = ካብ ኢመይል ቤት ትምህርቲ ብዝነበረ መላግቦ ዲኻ መጺእካ? እምበኣር እቲ መላግቦ ድሕሪ ሕጂ ኣይሰርሕን። እቲ ሓድሽ ኢመይል ዝሰርሕ መላግቦ ኣለዎ። ሕቶ እንተሃሊካ ናብ ቤት ትምህርቲ ደውል።
stop-heading = ኢመይላት ቤት ትምህርቲ ኣቋርጽ
stop-ask = ብዛዕባ ደቅኻ ካብ ቤት ትምህርቲ ዝመጽእ ጽማቝ ከተቋርጽ ትደሊ ዲኻ? ህጹጽ ነገር እንተሃልዩ ቤት ትምህርቲ ክረኽበካ ይኽእል እዩ።
stop-button = እወ፡ ኣቋርጹ
stop-done = ድሕሪ ሕጂ ጽማቝ ኣይመጸካን። እንተሓቲትካ ቤት ትምህርቲ ደጊሙ ክጅምሮ ይኽእል።
wishes-heading = ኢመይላት ቤት ትምህርቲ ብኸመይ ከም ዝመጽኣካ ምረጽ
wishes-ask = ብዛዕባ ደቅኻ ካብ ቤት ትምህርቲ ጽማቝ ብኸመይ ክመጸካ ትደሊ?
wishes-button = ዓቅብ
wishes-done = ተዓቂቡ። ዝቕጽል ኢመይል ከምቲ ዝመረጽካዮ ክመጽእ እዩ።
wishes-done-off = ተዓቂቡ። ድሕሪ ሕጂ ጽማቝ ኣይመጸካን። ህጹጽ ነገር እንተሃልዩ ቤት ትምህርቲ ክረኽበካ ይኽእል እዩ።
wishes-frequency = ክንደይ ግዜ
wishes-weekly = እንተበዝሐ ኣብ ሰሙን ሓንሳብ
wishes-monthly = እንተበዝሐ ኣብ ወርሒ ሓንሳብ
wishes-off = ፈጺሙ
wishes-language = ቋንቋ ናይ ኢመይላት
wishes-plain = ጽሑፍ ጥራይ፡ ብዘይ ቅርጺ
confirm-heading = ኣድራሻ ኢመይልካ ኣረጋግጽ
confirm-ask = ኢመይል ቤት ትምህርቲ ናብቲ መላግቦ ዝመጸሉ ኣድራሻ ትደሊ ዲኻ? ናትካ እንተዘይኮይኑ ዋላ ሓንቲ ክትገብር ኣየድልየካን።
confirm-button = እወ፡ ኣድራሻ ናተይ እዩ
confirm-done = የቐንየለይ። ቤት ትምህርቲ ሕጂ ናብዚ ኣድራሻ ክጽሕፍ ይኽእል።
seen-heading = መልእኽቲ ካብ ቤት ትምህርቲ
seen-ask = መልእኽቲ ቤት ትምህርቲ ኣንቢብካዮ ዲኻ?
seen-button = እወ፡ ኣንቢበዮ
seen-done = የቐንየለይ። ከም ዘንበብካዮ ቤት ትምህርቲ ሕጂ ፈሊጡ ኣሎ።
