"""Generate texts of any length with realistic word frequencies."""

import random
from itertools import accumulate

# Frequent words; rare ones are made of syllables.
WORDS = """
the of and a to in for with on that from by city trade commerce goods customs border firms online
small port rail data market buyers sellers export import platform service farmers village delivery
logistics warehouse payment training digital bank loan credit office zone bonded transport harbour
train road shipping parcel courier declaration clearance inspection tariff duty tax rule law
agreement region province county mayor ministry agency university school student teacher woman
youth family cooperative association company start up investment fund guarantee insurance price
cost quality brand label origin tracing standard certificate security privacy network internet
mobile phone message stream video festival tourism culture craft honey bacon coffee tea cotton fish
rice fruit cold chain storage hub corridor airport vessel container fuel energy solar water climate
health medicine pandemic crisis recovery resilience growth income poverty job skill talent
competition award partner partnership exchange visit workshop webinar guide lesson advice result
challenge solution pilot scale budget staff law reform simplification single window paperless
"""
SYLLABLES = """
ba be bi bo bu da de di do du fa fe fi ga ge gi go gu ha he hi ja je ka ke ki ko ku la le li lo lu
ma me mi mo mu na ne ni no nu pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu va ve vi
wa we xi ya yo za ze zhou qing dao ming tian jin chong ning hai shan lin
"""
FRENCH = "les villages numériques économie échanges commerce réseaux marchés artisans frontières"
SPANISH = "las ciudades innovaciones mercados comercio exportación pequeñas empresas aduanas"
RUSSIAN = "города порты торговля таможня железная дорога электронная платформы"
HAN = (
    "跨境电商郑州城市铁路物流海关保税仓库平台合作贸易数字支付农村经济服务创新试验区出口进口企业培训"
)


class Writer:
    """Writes texts with word frequencies according to Zipf's law."""

    def __init__(self, *, seed: int = 1, rare: int = 30_000):
        self.random = random.Random(seed)
        rare_words = {self.name() for _ in range(rare)}
        self.words = [*WORDS.split(), *sorted(rare_words)]
        self.cumulative_weights = list(accumulate(1 / (n + 3) for n in range(len(self.words))))

    def name(self) -> str:
        return "".join(self.random.choices(SYLLABLES.split(), k=self.random.randint(2, 4)))

    def text(self, count: int, language: str = "en") -> str:
        if language == "zh":
            return "".join(self.random.choices(HAN, k=count)) + "。"
        words = self.random.choices(self.words, cum_weights=self.cumulative_weights, k=count)
        foreign = {"fr": FRENCH, "es": SPANISH, "ru": RUSSIAN}.get(language, "").split()
        if foreign:
            words = [self.random.choice(foreign) if n % 2 else word for n, word in enumerate(words)]
        lines = (" ".join(words[start : start + 14]) for start in range(0, count, 14))
        return ". ".join(line.capitalize() for line in lines) + "."
