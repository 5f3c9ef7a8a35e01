// What is said in French, German, Spanish, Italian and Dutch, in sentences that no rule was written after.
#include <doctest/doctest.h>

#include <string>

#include "diff/analysis.h"
#include "tests/diff/documents.h"

using namespace smallprint;

namespace {

std::string value_of(const std::string& sentence, const std::string& language, const std::string& id) {
  static const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  Document document = test::lines(sentence);
  document.language = language;
  for (const Fact& one : analyse(rules, document, cache).facts) {
    if (one.fact == id) return one.value;
  }
  return {};
}

}  // namespace

TEST_CASE("the questions that are read in other languages are answered in them") {
  struct Case {
    const char *language, *text, *fact, *value;
  };
  for (const Case& one : {
           Case{"fr",
                "Nous utilisons les informations que vous partagez publiquement pour développer et entraîner nos "
                "modèles d’intelligence artificielle générative.",
                "trains_ai", "yes"},
           Case{"de",
                "Wir nutzen öffentliche Beiträge und Kommentare, um unsere generativen KI-Modelle zu trainieren und zu "
                "verbessern.",
                "trains_ai", "yes"},
           Case{"es", "Utilizamos la información que compartes para entrenar y mejorar nuestros modelos de IA.",
                "trains_ai", "yes"},
           Case{"it", "Utilizziamo i contenuti pubblici che condividi per addestrare i nostri modelli di IA.",
                "trains_ai", "yes"},
           Case{"nl", "Wij gebruiken je openbare berichten om onze AI-modellen te trainen.", "trains_ai", "yes"},
           Case{"fr", "Vos données ne servent jamais à l’entraînement de modèles d’intelligence artificielle.",
                "trains_ai", "no"},
           Case{"de", "Ihre Daten werden nicht zum Training von KI-Modellen verwendet.", "trains_ai", "no"},
           Case{"es", "Nunca utilizamos tus mensajes para entrenar modelos de inteligencia artificial.", "trains_ai",
                "no"},
           Case{"it", "Non utilizziamo i tuoi contenuti per addestrare modelli di intelligenza artificiale.",
                "trains_ai", "no"},
           Case{"nl", "We gebruiken jouw gegevens nooit om AI-modellen te trainen.", "trains_ai", "no"},
           Case{"fr", "Nous ne vendons pas vos données personnelles.", "sells_data", "no"},
           Case{"de", "Wir verkaufen Ihre personenbezogenen Daten nicht.", "sells_data", "no"},
           Case{"es", "No vendemos tus datos personales a terceros.", "sells_data", "no"},
           Case{"it", "Non vendiamo i tuoi dati personali.", "sells_data", "no"},
           Case{"nl", "Wij verkopen je persoonsgegevens niet.", "sells_data", "no"},
           Case{"fr", "Nous utilisons vos données pour vous proposer des publicités personnalisées.", "ads_targeting",
                "yes"},
           Case{"de", "Wir verwenden Ihre Daten, um Ihnen personalisierte Werbung anzuzeigen.", "ads_targeting", "yes"},
           Case{"es", "Usamos tus datos para mostrarte anuncios personalizados.", "ads_targeting", "yes"},
           Case{"it", "Utilizziamo i tuoi dati per mostrarti annunci pubblicitari personalizzati.", "ads_targeting",
                "yes"},
           Case{"nl", "We gebruiken je gegevens om je gepersonaliseerde advertenties te tonen.", "ads_targeting",
                "yes"},
           Case{"fr", "Nous pouvons modifier les présentes conditions à tout moment.", "unilateral_change", "yes"},
           Case{"de", "Wir können diese Nutzungsbedingungen jederzeit ändern.", "unilateral_change", "yes"},
           Case{"es", "Podemos modificar estos términos en cualquier momento.", "unilateral_change", "yes"},
           Case{"it", "Possiamo modificare i presenti termini in qualsiasi momento.", "unilateral_change", "yes"},
           Case{"nl", "Wij kunnen deze voorwaarden op elk moment wijzigen.", "unilateral_change", "yes"},
           Case{"fr",
                "Vous pouvez vous opposer à l’utilisation de vos données pour l’entraînement de nos modèles d’IA dans "
                "vos paramètres.",
                "ai_opt_out", "offered"},
           Case{"de",
                "Sie können der Verwendung Ihrer Daten für das Training unserer KI-Modelle in den Einstellungen "
                "widersprechen.",
                "ai_opt_out", "offered"},
           Case{"es", "Puedes oponerte al uso de tus datos para entrenar nuestros modelos de IA en la configuración.",
                "ai_opt_out", "offered"},
           Case{"it",
                "Puoi opporti all’uso dei tuoi dati per l’addestramento dei nostri modelli di IA nelle impostazioni.",
                "ai_opt_out", "offered"},
           Case{"nl",
                "Je kunt bezwaar maken tegen het gebruik van je gegevens om onze AI-modellen te trainen via je "
                "instellingen.",
                "ai_opt_out", "offered"},
           Case{"fr", "Tout litige sera résolu par un arbitrage individuel et contraignant.",
                "arbitration_or_class_waiver", "yes"},
           Case{"de", "Streitigkeiten werden durch ein verbindliches Schiedsverfahren beigelegt.",
                "arbitration_or_class_waiver", "yes"},
           Case{"es", "Las controversias se resolverán mediante arbitraje vinculante.", "arbitration_or_class_waiver",
                "yes"},
           Case{"it", "Le controversie saranno risolte mediante arbitrato vincolante.", "arbitration_or_class_waiver",
                "yes"},
           Case{"nl", "Geschillen worden beslecht door bindende arbitrage.", "arbitration_or_class_waiver", "yes"},
           Case{"fr", "Nous n’utilisons pas vos messages privés pour entraîner nos modèles d’IA.",
                "private_messages_for_ai", "excluded"},
           Case{"de", "Wir verwenden Ihre privaten Nachrichten nicht, um unsere KI-Modelle zu trainieren.",
                "private_messages_for_ai", "excluded"},
           Case{"es", "No usamos tus mensajes privados para entrenar nuestros modelos de IA.",
                "private_messages_for_ai", "excluded"},
           Case{"it", "Non utilizziamo i tuoi messaggi privati per addestrare i nostri modelli di IA.",
                "private_messages_for_ai", "excluded"},
           Case{"nl", "We gebruiken je privéberichten niet om onze AI-modellen te trainen.", "private_messages_for_ai",
                "excluded"},
           Case{"fr", "Vous ne pouvez pas utiliser nos services pour entraîner des modèles d’IA.", "trains_ai",
                "silent"},
           Case{"de", "Es ist untersagt, unsere Inhalte zum Training von KI-Modellen zu verwenden.", "trains_ai",
                "silent"},
           Case{"es", "No puedes usar nuestros contenidos para entrenar modelos de inteligencia artificial.",
                "trains_ai", "silent"},
           Case{"nl", "Het is niet toegestaan onze inhoud te gebruiken om AI-modellen te trainen.", "trains_ai",
                "silent"},
           Case{"it",
                "Non è consentito utilizzare i nostri contenuti per addestrare modelli di intelligenza artificiale.",
                "trains_ai", "silent"},
           Case{"de", "Unsere Mitarbeitenden werden regelmäßig im Datenschutz geschult.", "trains_ai", "silent"},
           Case{"fr", "Nos employés suivent une formation sur la protection des données.", "trains_ai", "silent"},
       }) {
    CAPTURE(one.text);
    CHECK(value_of(one.text, one.language, one.fact) == one.value);
    CHECK(value_of(one.text, "", one.fact) == one.value);
  }
}

TEST_CASE("an English text is not read as another language, another text is read as English too") {
  const std::string german = "Wir nutzen Ihre Beiträge, um unsere KI-Modelle zu trainieren.";
  const std::string english = "We use your posts to train our AI models.";
  CHECK(value_of(german, "en", "trains_ai") == "silent");
  CHECK(value_of(german, "de", "trains_ai") == "yes");
  CHECK(value_of(english, "de", "trains_ai") == "yes");
  CHECK(value_of(english, "ja", "trains_ai") == "unknown");
  // The same clause in documents of different languages, read with one memory.
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  Document document = test::lines(german);
  for (const char* language : {"en", "de", "en", "de"}) {
    document.language = language;
    const DocumentAnalysis analysis = analyse(rules, document, cache);
    CHECK(analysis.clauses.at(0)->statements.empty() == (std::string(language) == "en"));
  }
}

TEST_CASE("of a text in a language that is not read the topics are unknown, of another nothing is") {
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  struct Case {
    const char *language, *before, *after;
    std::vector<std::string> topics;
  };
  for (const Case& one : std::vector<Case>{
           {"fi", "Lamput palavat.", "Lamput palavat.\nKäytämme viestejäsi AI-mallien kouluttamiseen.", {"unknown"}},
           {"fi", "Lamput palavat.\nTekoäly (AI) oppii viesteistäsi.", "Lamput palavat.", {"unknown"}},
           {"fi", "Lamput palavat.  Aina.", "Lamput palavat. Aina.", {}},
           {"en", "Lamps burn.", "Lamps burn.\nThey are red.", {}},
           {"en",
            "Lamps burn.",
            "Lamps burn.\nWe use your posts to train our AI models.",
            {"ai-features", "ai-training"}},
           {"", "Lamput palavat.", "Lamput palavat.\nNe ovat punaisia.", {}},
       }) {
    CAPTURE(one.language);
    CAPTURE(one.after);
    Document before = test::lines(one.before), after = test::lines(one.after);
    before.language = after.language = one.language;
    Comparison comparison = compare(before, after);
    judge(rules, before, analyse(rules, before, cache), after, analyse(rules, after, cache), comparison);
    REQUIRE(comparison.changes.size() == 1);
    std::vector<std::string> topics;
    for (const TopicEffect& effect : comparison.changes.front().topics) topics.push_back(effect.topic);
    CHECK(topics == one.topics);
  }
}
