### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = هەواڵی نوێ لە قوتابخانەوە
sameday-subject = پەیامێک ئەمڕۆ لە قوتابخانەوە
confirm-subject = ناونیشانی ئیمەیڵەکەت پشتڕاست بکەرەوە
digest-notice = شتێکی نوێ لە قوتابخانەوە هەیە بۆ خوێندنەوە.
sameday-notice = ئەمڕۆ پەیامێک لە قوتابخانەوە هەیە. هەرچی زووترە بیخوێنەرەوە.
confirm-notice = قوتابخانە دەیەوێت بۆ ئەم ناونیشانە بنووسێت. پشتڕاستی بکەرەوە کە هی تۆیە.
plain-absence =
    { $form ->
        [one] { $name }: { $minutes } خولەک ئامادەنەبوون، یەک ڕۆژ.
       *[other] { $name }: { $minutes } خولەک ئامادەنەبوون، { $days } ڕۆژ.
    }
plain-talk = { $name }: گفتوگۆی گەشەپێدان بۆ { $date } دیاری کراوە.
read-at = لێرە زیاتر بخوێنەرەوە: { $address }
confirm-at = لێرە پشتڕاستی بکەرەوە: { $address }
seen-at = لێرە بە قوتابخانە بڵێ کە ئەمەت بینیوە: { $address }
wishes-at = لێرە هەڵبژێرە چەند جار و بە چ زمانێک: { $address }
stop-at = ئەم ئیمەیڵانەت ناوێت؟ لێرە ڕایانبگرە: { $address }
no-answer = ناتوانرێت وەڵامی ئەم ئیمەیڵە بدرێتەوە. ئەگەر پرسیارت هەیە پەیوەندی بە قوتابخانەوە بکە.
