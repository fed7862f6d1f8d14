### Unchecked translation. Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = no
link-broken = الان انجام نشد. کمی بعد دوباره امتحان کنید.
link-unclear = هنوز ذخیره نشده است. انتخاب کنید چند وقت یک بار و به چه زبانی ایمیل می‌خواهید.
link-languages = زبان
gone-heading = این صفحه وجود ندارد
gone-what = از پیوندی در ایمیل مدرسه آمده‌اید؟ پس آن پیوند دیگر معتبر نیست. تازه‌ترین ایمیل پیوند معتبر دارد. اگر پرسشی دارید با مدرسه تماس بگیرید.
stop-heading = پایان ایمیل‌های مدرسه
stop-ask = می‌خواهید دیگر خلاصه‌های مدرسه درباره فرزندانتان را نگیرید؟ اگر کاری فوری باشد، مدرسه باز هم ممکن است با شما تماس بگیرد.
stop-button = بله، دیگر نفرستید
stop-done = دیگر خلاصه‌ای نمی‌گیرید. اگر بخواهید، مدرسه می‌تواند آن را دوباره فعال کند.
wishes-heading = انتخاب کنید ایمیل‌های مدرسه چگونه برسد
wishes-ask = خلاصه‌های مدرسه درباره فرزندانتان را چگونه می‌خواهید بگیرید؟
wishes-button = ذخیره
wishes-done = ذخیره شد. ایمیل بعدی همان گونه که انتخاب کرده‌اید می‌آید.
wishes-done-off = ذخیره شد. دیگر خلاصه‌ای نمی‌گیرید. اگر کاری فوری باشد، مدرسه باز هم ممکن است با شما تماس بگیرد.
wishes-frequency = چند وقت یک بار
wishes-weekly = حداکثر هفته‌ای یک بار
wishes-monthly = حداکثر ماهی یک بار
wishes-off = هیچ وقت
wishes-language = زبان ایمیل‌ها
wishes-plain = فقط متن ساده، بدون قالب‌بندی
confirm-heading = نشانی ایمیل خود را تأیید کنید
confirm-ask = می‌خواهید ایمیل‌های مدرسه به نشانی‌ای بیاید که این پیوند را در آن گرفتید؟ اگر نشانی شما نیست، لازم نیست کاری بکنید.
confirm-button = بله، نشانی من است
confirm-done = سپاس. مدرسه اکنون می‌تواند به این نشانی بنویسد.
seen-heading = پیامی از مدرسه
seen-ask = پیام مدرسه را خوانده‌اید؟
seen-button = بله، خوانده‌ام
seen-done = سپاس. مدرسه اکنون می‌داند که آن را خوانده‌اید.
