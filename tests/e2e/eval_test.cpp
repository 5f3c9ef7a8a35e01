// `smallprint eval`: what it prints, and the lines that another scorer reads.
#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "tests/support/repository.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace smallprint::test;
namespace json = boost::json;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Finished smallprint_run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), smallprint_binary());
  return run(arguments);
}

/// Two collections, each a repository with two versions of a policy.
struct Collections {
  TemporaryFolder folder;
  Repository sea{folder.path() / "sea"}, sky{folder.path() / "sky"};

  std::vector<std::string> record(Repository& repository, const std::vector<std::string>& says) const {
    std::vector<std::string> commits;
    for (const std::string& text : says) {
      repository.record("Lamp/Privacy Policy.md", "# Policy\n\nWe keep the lamps lit.\n\n" + text + "\n",
                        static_cast<int>(commits.size()) + 1);
      commits.push_back(repository.git({"rev-parse", "HEAD"}).substr(0, 40));
    }
    return commits;
  }
  static std::string item(const std::string& id, const std::string& collection, const std::string& before,
                          const std::string& after, const std::string& more) {
    return R"({"id":")" + id + R"(","collection":")" + collection +
           R"(","service":"Lamp","terms_type":"Privacy Policy","date":"2024-01-02","path":"Lamp/Privacy Policy.md",)" +
           R"("old_commit":")" + before + R"(","new_commit":")" + after + "\"" + more + "}\n";
  }
};

}  // namespace

TEST_CASE("eval scores items of several repositories, shows each miss with its sentence, and writes every answer") {
  Collections collections;
  const auto sea =
      collections.record(collections.sea, {"Bring oil.", "We may use your photos to train our AI models."});
  const auto sky = collections.record(collections.sky, {"Bring oil.", "Bring more oil."});
  const std::string items = (collections.folder.path() / "items.jsonl").string();
  write_file(items,
             Collections::item("right", "sea", sea[0], sea[1],
                               R"(,"label":"introduces","evidence":["use your photos to train our AI models"])") +
                 Collections::item("wrong", "sky", sky[0], sky[1], R"(,"label":"introduces","doubtful":true)") +
                 Collections::item("bare", "sky", sky[0], sky[1], ""));
  const std::string answers = (collections.folder.path() / "answers.jsonl").string();
  const std::vector<std::string> command = {"eval",
                                            "changes",
                                            items,
                                            "--repo",
                                            "sea=" + collections.sea.folder(),
                                            "--repo",
                                            "sky=" + collections.sky.folder()};
  auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), command.begin(), command.end());
    return smallprint_run(more);
  };

  const Finished told = with({"--predictions", answers});
  REQUIRE(told.status == 0);
  INFO(told.out);
  CHECK(contains(told.out, "all: 1 of 2 right, accuracy 0.500, evidence overlaps in 1 of 1"));
  CHECK(contains(told.out, "without doubtful: 1 of 1 right"));
  CHECK_FALSE(contains(told.out, "without artefacts"));  // there are none
  CHECK(contains(told.out, "introduces           precision 1.000  recall 0.500  F1 0.667  (2 labelled, 1 predicted)"));
  CHECK(contains(told.out, "introduces called none: 1"));
  CHECK(
      contains(told.out, "miss: Lamp Privacy Policy 2024-01-02 (doubtful) [wrong]: labelled introduces, called none"));

  std::vector<json::value> lines;
  const std::string written = read_file(answers);
  for (std::size_t at = 0; at < written.size();) {
    const std::size_t end = written.find('\n', at);
    lines.push_back(json::parse(written.substr(at, end - at)));
    at = end + 1;
  }
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].at("id") == "right");
  CHECK(lines[0].at("predicted") == "introduces");
  CHECK(lines[0].at("evidence") == json::array{"We may use your photos to train our AI models."});
  CHECK(lines[2].at("id") == "bare");
  CHECK(lines[2].at("predicted") == "none");

  const Finished as_json = with({"--json"});
  REQUIRE(as_json.status == 0);
  const json::value scores = json::parse(as_json.out);
  CHECK(scores.at("scores").as_array().size() == 4);
  CHECK(scores.at("misses").as_array().at(0).at("id") == "wrong");
}

TEST_CASE("eval answers items without any label, of a stance by question") {
  Collections collections;
  const auto sea =
      collections.record(collections.sea, {"Bring oil.", "We may use your photos to train our AI models."});
  const std::string items = (collections.folder.path() / "items.jsonl").string();
  write_file(items, R"({"id":"s","service":"Lamp","new_commit":")" + sea[1] +
                        R"(","privacy_policy_path":"Lamp/Privacy Policy.md","terms_path":""})" + "\n");
  const std::string answers = (collections.folder.path() / "answers.jsonl").string();
  const Finished told =
      smallprint_run({"eval", "stance", items, "--repo", collections.sea.folder(), "--predictions", answers});
  CHECK(told.status == 0);
  CHECK(contains(told.out, "No item carries a label"));
  const json::value line = json::parse(read_file(answers));
  CHECK(line.at("predicted").at("trains_ai") == "yes");
  CHECK(line.at("predicted").at("sells_data") == "silent");
  CHECK(line.at("evidence").at("trains_ai").as_array().size() == 1);
  CHECK(line.at("predicted").as_object().size() == 10);
}
