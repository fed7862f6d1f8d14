### Unchecked translation. Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = no
link-broken = حالا نشد. کمی بعد دوباره کوشش کنید.
link-unclear = هنوز ذخیره نشده است. انتخاب کنید چند وقت یک بار و به چه زبانی ایمیل می‌خواهید.
link-languages = زبان
gone-heading = این صفحه وجود ندارد
gone-what = از لینکی در ایمیل مکتب آمده‌اید؟ پس آن لینک دیگر اعتبار ندارد. تازه‌ترین ایمیل لینک معتبر دارد. اگر سوال دارید به مکتب زنگ بزنید.
stop-heading = ختم ایمیل‌های مکتب
stop-ask = می‌خواهید دیگر خلاصه‌های مکتب درباره اطفال‌تان را نگیرید؟ اگر کاری عاجل باشد، مکتب باز هم ممکن است با شما تماس بگیرد.
stop-button = بلی، دیگر نفرستید
stop-done = دیگر خلاصه‌ای نمی‌گیرید. اگر بخواهید، مکتب می‌تواند آن را دوباره فعال کند.
wishes-heading = انتخاب کنید ایمیل‌های مکتب چگونه برسد
wishes-ask = خلاصه‌های مکتب درباره اطفال‌تان را چگونه می‌خواهید بگیرید؟
wishes-button = ذخیره
wishes-done = ذخیره شد. ایمیل بعدی همان طور که انتخاب کرده‌اید می‌آید.
wishes-done-off = ذخیره شد. دیگر خلاصه‌ای نمی‌گیرید. اگر کاری عاجل باشد، مکتب باز هم ممکن است با شما تماس بگیرد.
wishes-frequency = چند وقت یک بار
wishes-weekly = حداکثر هفته یک بار
wishes-monthly = حداکثر ماه یک بار
wishes-off = هیچ وقت
wishes-language = زبان ایمیل‌ها
wishes-plain = تنها متن ساده، بدون شکل‌دهی
confirm-heading = آدرس ایمیل خود را تأیید کنید
confirm-ask = می‌خواهید ایمیل‌های مکتب به آدرسی بیاید که این لینک را در آن گرفتید؟ اگر آدرس شما نیست، لازم نیست کاری کنید.
confirm-button = بلی، آدرس از من است
confirm-done = تشکر. مکتب حالا می‌تواند به این آدرس بنویسد.
seen-heading = پیامی از مکتب
seen-ask = پیام مکتب را خوانده‌اید؟
seen-button = بلی، خوانده‌ام
seen-done = تشکر. مکتب حالا می‌داند که آن را خوانده‌اید.
