import json

from django.core.management.base import BaseCommand, CommandError

from partnerships.models import PartnershipRequest
from partnerships.ranking.explanations import FACTORS, sentences
from partnerships.ranking.loading import ranked
from repository.models import City


class Command(BaseCommand):
    help = "Print the cities that suit a partnership request: factors, reasons and who is left out."

    def add_arguments(self, parser):
        parser.add_argument("partnership_request", type=int, metavar="REQUEST_ID")
        parser.add_argument("--format", choices=["json", "text"], default="text")
        parser.add_argument("--most", type=int, default=50, help="candidates to print (50)")

    def handle(self, *, partnership_request: int, format: str, most: int, **options):
        try:
            gathered, ranking = ranked(partnership_request, most=max(most, 0))
        except PartnershipRequest.DoesNotExist:
            raise CommandError(f"There is no partnership request {partnership_request}.") from None
        asked = gathered.asks[0].requester.pk
        shown = [*ranking.candidates, *ranking.related, *ranking.exclusions]
        cities = City.objects.in_bulk({asked, *(each.place for each in shown)})
        labels = gathered.vocabulary.labels(cities.values())
        if format == "json":
            names = {pk: str(city) for pk, city in sorted(cities.items())}
            data = {"request": partnership_request, "silent": gathered.silent, "cities": names}
            self.stdout.write(json.dumps(data | ranking.as_data(), ensure_ascii=False, indent=1))
            return

        self.stdout.write(f"Candidates: {ranking.count}")
        if ranking.is_unanswered:
            self.stdout.write("No city here has this yet.")
        for number, candidate in enumerate(ranking.candidates, start=1):
            self.stdout.write(f"\n{number}. {labels.place(candidate.place)}: {candidate.total}")
            for factor in candidate.factors:
                name = FACTORS[factor.factor]
                self.stdout.write(f"   {name}: {factor.points} / {factor.most / 10:g}")
                for sentence in sentences(factor.reasons, labels):
                    self.stdout.write(f"     {sentence}")
            for note in sentences(candidate.notes, labels):
                self.stdout.write(f"   {note}")
        for related in ranking.related:
            name = labels.place(related.place)
            self.stdout.write(f"\nRelated experience: {name}: {related.total}")
        self.stdout.write(f"\nLeft out: {len(ranking.exclusions)}")
        for left in ranking.exclusions:
            self.stdout.write("   " + " ".join(sentences(left.reasons, labels)))
        for constraint, more in ranking.without.items():
            self.stdout.write(f"   Without {constraint}: +{more}")
        self.stdout.write(f"\nCities with nothing of what is asked: {gathered.silent}")
