### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = هەواڵی نوێ لە قوتابخانەوە
sameday-subject = پەیامێک ئەمڕۆ لە قوتابخانەوە
confirm-subject = ناونیشانی ئیمەیڵەکەت پشتڕاست بکەرەوە
digest-notice = شتێکی نوێ لە قوتابخانەوە هەیە بۆ خوێندنەوە.
sameday-notice = ئەمڕۆ پەیامێک لە قوتابخانەوە هەیە. هەرچی زووترە بیخوێنەرەوە.
sameday-call = قوتابخانە پەیامێکی لەبارەی ئەمڕۆوە هەیە. هەرچی زووترە تەلەفۆن بۆ قوتابخانە بکە.
confirm-notice = قوتابخانە دەیەوێت بۆ ئەم ناونیشانە بنووسێت. پشتڕاستی بکەرەوە کە هی تۆیە. ئەگەر هی تۆ نییە، پێویست ناکات هیچ بکەیت.
plain-absence = { $name }: { $minutes } ئامادەنەبوون، { $days }.
plain-minutes =
    { $form ->
        [one] یەک خولەک
       *[other] { $count } خولەک
    }
plain-days =
    { $form ->
        [one] یەک ڕۆژ
       *[other] { $count } ڕۆژ
    }
plain-talk = { $name }: گفتوگۆی گەشەپێدان بۆ { $date } دیاری کراوە.
read-at = لێرە زیاتر بخوێنەرەوە: { $address }
confirm-at = لێرە پشتڕاستی بکەرەوە: { $address }
seen-at = لێرە بە قوتابخانە بڵێ کە ئەمەت بینیوە: { $address }
wishes-at = لێرە هەڵبژێرە چەند جار و بە چ زمانێک: { $address }
stop-at = ئەم ئیمەیڵانەت ناوێت؟ لێرە ڕایانبگرە: { $address }
no-answer = ناتوانرێت وەڵامی ئەم ئیمەیڵە بدرێتەوە. ئەگەر پرسیارت هەیە پەیوەندی بە قوتابخانەوە بکە.
