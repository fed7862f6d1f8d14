### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = ሓድሽ ካብ ቤት ትምህርቲ
sameday-subject = ሎሚ ካብ ቤት ትምህርቲ መልእኽቲ
confirm-subject = ኢመይል ኣድራሻኻ ኣረጋግጽ
digest-notice = ካብ ቤት ትምህርቲ ዝንበብ ሓድሽ ነገር ኣሎ።
sameday-notice = ሎሚ ካብ ቤት ትምህርቲ መልእኽቲ ኣሎ። ብዝተኻእለ ቅልጣፈ ኣንብቦ።
sameday-call = ቤት ትምህርቲ ብዛዕባ ሎሚ መልእኽቲ ኣለዎ። ብዝተኻእለ ቅልጣፈ ናብ ቤት ትምህርቲ ደውል።
confirm-notice = ቤት ትምህርቲ ናብዚ ኣድራሻ ክጽሕፍ ይደሊ። ናትካ ምዃኑ ኣረጋግጽ። ናትካ እንተዘይኮይኑ ዋላ ሓንቲ ክትገብር ኣየድልየካን።
plain-absence = { $name }: { $minutes } ብኩራት፣ { $days }።
plain-minutes =
    { $form ->
        [one] { $count } ደቒቕ
       *[other] { $count } ደቓይቕ
    }
plain-days =
    { $form ->
        [one] { $count } መዓልቲ
       *[other] { $count } መዓልታት
    }
plain-talk = { $name }: ናይ ምዕባለ ዝርርብ ኣብ { $date } ተታሒዙ።
read-at = ኣብዚ ዝያዳ ኣንብብ: { $address }
confirm-at = ኣብዚ ኣረጋግጽ: { $address }
seen-at = ከም ዝረኣኻዮ ኣብዚ ንቤት ትምህርቲ ንገር: { $address }
wishes-at = ክንደይ ግዜን ብኣየናይ ቋንቋን ኣብዚ ምረጽ: { $address }
stop-at = እዚ ኢመይላት ኣይትደልዮን ዲኻ? ኣብዚ ኣቋርጾ: { $address }
no-answer = ነዚ ኢመይል ምምላስ ኣይከኣልን። ሕቶ እንተሃሊካ ናብ ቤት ትምህርቲ ደውል።
