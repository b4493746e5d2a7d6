// Corrupted proofs. Without the right seal they are rejected; with it, they are accepted exactly
// when what they then claim is true, which the oracle knows.
#include <map>

#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/verify/corrupt.h"
#include "tests/verify/generator.h"
#include "tests/verify/judge.h"
#include "verify/verify.h"

namespace tribunal::verify::test {
namespace {

std::vector<std::uint32_t> minimal_core(const Oracle& oracle, std::vector<std::uint32_t> core) {
  for (std::size_t i = 0; i < core.size();) {
    std::vector<std::uint32_t> rest = core;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    if (oracle.core_is_impossible(rest)) {
      core = rest;
      i = 0;
    } else {
      ++i;
    }
  }
  return core;
}

// A small history with a true document about it.
struct Sample {
  History history;
  Json document;
};

Sample sample(Random& random) {
  const Setting setting = random_setting(random, random.pick(models()));
  const Shape shape{2 + random.below(10), 1 + random.below(4), random.below(3), 3, 15};
  const Known known = simulate(random, setting, shape);
  Sample out;
  out.history = random.percent(60) ? disturbed(random, known.history) : known.history;
  Json keys = known.keys;
  const auto partitions = by_key(out.history);
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const auto& [name, operations] = partitions[i];
    const Oracle oracle(out.history, setting, operations);
    if (key_holds(oracle, keys[i])) continue;
    std::vector<std::uint32_t> all;
    for (const Operation& operation : operations) all.push_back(operation.invocation);
    const bool impossible = oracle.core_is_impossible(all);
    keys[i] = impossible ? invalid_key(name, minimal_core(oracle, all), true)
                         : unknown_key(name, "another order is needed");
  }
  out.document = document(out.history, setting, keys);
  return out;
}

Json& list_of(Json& key) { return key.contains("order") ? key["order"] : key["core"]; }

using Corruption = void (*)(Random&, const History&, Json&);

// Applies `change` to the list of one key that has a list with something in it.
template <class Change>
void to_list(Random& random, Json& document, Change change) {
  if (document["keys"].empty()) return;
  Json& key = document["keys"][random.below(document["keys"].size())];
  if (key["valid"] != "unknown" && !list_of(key).empty()) change(list_of(key));
}

void to_key(Random& random, const History& history, Json& document,
            Json (*make)(Random&, Json, std::vector<std::uint32_t>)) {
  const auto partitions = by_key(history);
  if (partitions.empty()) return;
  const std::size_t i = random.below(partitions.size());
  std::vector<std::uint32_t> all;
  for (const Operation& operation : partitions[i].second) all.push_back(operation.invocation);
  document["keys"][i] = make(random, partitions[i].first, all);
  if (random.percent(80)) document["valid"] = summary(document["keys"]);
}

void shift_hex(Json& digits) {
  digits = hex(std::stoull(digits.get<std::string>(), nullptr, 16) + 1);
}

const std::map<std::string, Corruption>& corruptions() {
  static const std::map<std::string, Corruption> all{
      {"nothing", [](Random&, const History&, Json&) {}},
      {"swap two entries",
       [](Random& r, const History&, Json& d) {
         to_list(r, d, [&](Json& list) {
           std::swap(list[r.below(list.size())], list[r.below(list.size())]);
         });
       }},
      {"drop an entry",
       [](Random& r, const History&, Json& d) {
         to_list(r, d, [&](Json& list) { list.erase(r.below(list.size())); });
       }},
      {"duplicate an entry",
       [](Random& r, const History&, Json& d) {
         to_list(r, d, [&](Json& list) {
           const auto at = static_cast<std::ptrdiff_t>(r.below(list.size()));
           list.insert(list.begin() + at, Json(list[r.below(list.size())]));
         });
       }},
      {"insert any event",
       [](Random& r, const History& h, Json& d) {
         to_list(r, d, [&](Json& list) {
           list.insert(list.begin() + static_cast<std::ptrdiff_t>(r.below(list.size())),
                       r.below(h.size() + 3));
         });
       }},
      {"insert an operation in its place",  // superfluous in a core
       [](Random& r, const History& h, Json& d) {
         to_list(r, d, [&](Json& list) {
           list.push_back(r.pick(h.operations()).invocation);
           std::sort(list.begin(), list.end());
         });
       }},
      {"replace an entry",
       [](Random& r, const History& h, Json& d) {
         to_list(r, d, [&](Json& list) { list[r.below(list.size())] = r.below(h.size()); });
       }},
      {"completion instead of invocation",
       [](Random& r, const History& h, Json& d) {
         to_list(r, d, [&](Json& list) {
           Json& entry = list[r.below(list.size())];
           const std::uint32_t partner = h.partner(entry.get<std::uint32_t>());
           entry = partner == history::no_event ? 4'294'967'294U : partner;
         });
       }},
      {"claim valid",
       [](Random& r, const History& h, Json& d) {
         to_key(r, h, d, [](Random&, Json key, std::vector<std::uint32_t> ops) {
           return valid_key(std::move(key), ops);
         });
       }},
      {"claim invalid",
       [](Random& r, const History& h, Json& d) {
         to_key(r, h, d, [](Random& random, Json key, std::vector<std::uint32_t> ops) {
           return invalid_key(std::move(key), ops, random.percent(50));
         });
       }},
      {"claim unknown",
       [](Random& r, const History& h, Json& d) {
         to_key(r, h, d, [](Random&, Json key, std::vector<std::uint32_t>) {
           return unknown_key(std::move(key), "budget");
         });
       }},
      {"minimal or not",
       [](Random&, const History&, Json& d) {
         for (Json& key : d["keys"]) {
           if (key.contains("minimal")) key["minimal"] = key["minimal"] == false;
         }
       }},
      {"drop a key",
       [](Random& r, const History&, Json& d) {
         if (!d["keys"].empty()) d["keys"].erase(r.below(d["keys"].size()));
       }},
      {"repeat a key",
       [](Random& r, const History&, Json& d) {
         if (!d["keys"].empty()) d["keys"].push_back(Json(d["keys"][r.below(d["keys"].size())]));
       }},
      {"reorder keys",
       [](Random&, const History&, Json& d) { std::reverse(d["keys"].begin(), d["keys"].end()); }},
      {"rename a key",
       [](Random& r, const History&, Json& d) {
         if (!d["keys"].empty())
           d["keys"][r.below(d["keys"].size())]["key"] = r.percent(50) ? Json("nil") : Json();
       }},
      {"exchange the claims of keys",
       [](Random& r, const History&, Json& d) {
         if (d["keys"].empty()) return;
         std::swap(d["keys"][0], d["keys"][r.below(d["keys"].size())]);
         std::swap(d["keys"][0]["key"], d["keys"][d["keys"].size() - 1]["key"]);
       }},
      {"other model", [](Random& r, const History&,
                         Json& d) { d["model"] = r.percent(10) ? "queue" : r.pick(models()); }},
      {"other initial value",
       [](Random& r, const History&, Json& d) {
         auto at = initial_values().begin();
         std::advance(at, r.below(initial_values().size()));
         d["initial"] = r.percent(10) ? " nil" : at->first;
       }},
      {"other failed_cas",
       [](Random&, const History&, Json& d) {
         d["failed_cas"] = d["failed_cas"] == "ignore" ? "observe" : "ignore";
       }},
      {"other nil_read", [](Random&, const History&,
                            Json& d) { d["nil_read"] = d["nil_read"] == "any" ? "value" : "any"; }},
      {"other hash", [](Random&, const History&, Json& d) { shift_hex(d["history"]["hash"]); }},
      {"other number of events",
       [](Random&, const History& h, Json& d) { d["history"]["events"] = h.size() + 1; }},
      {"other format", [](Random&, const History&, Json& d) { d["format"] = "proof"; }},
      {"other version", [](Random&, const History&, Json& d) { d["version"] = 2; }},
      {"other claim", [](Random&, const History&, Json& d) { d["claim"] = "serializable"; }},
      {"other verdict",
       [](Random& r, const History&, Json& d) {
         d["valid"] = r.percent(50) ? Json(d["valid"] != true) : Json("unknown");
       }},
  };
  return all;
}

struct Count {
  std::uint64_t accepted = 0, rejected = 0;
};

TEST(Corruption, WithAFreshSealIsAcceptedExactlyWhenTheClaimIsTrue) {
  Random random(21);
  std::map<std::string, Count> counts;
  for (std::uint64_t i = 0; i < scaled(1'000); ++i) {
    const Sample original = sample(random);
    for (const auto& [name, corrupt] : corruptions()) {
      Json document = original.document;
      corrupt(random, original.history, document);
      if (random.percent(10))
        random.pick(std::vector<Corruption>{
            corruptions().at("drop an entry"), corruptions().at("swap two entries"),
            corruptions().at("minimal or not")})(random, original.history, document);
      const std::string text = sealed(document);
      const Report report = verify_proof(original.history, text);
      const Finding truth = judge(original.history, document);
      ASSERT_EQ(report.finding, truth) << name << ": " << report.reason << "\n" << text;
      ASSERT_EQ(report.reason.empty(), truth == Finding::accepted) << report.reason;
      ++(truth == Finding::rejected ? counts[name].rejected : counts[name].accepted);
    }
  }
  for (const auto& [name, corrupt] : corruptions()) {
    if (name != "nothing") {
      EXPECT_GT(counts[name].rejected, 0U) << name;
    }
    RecordProperty("rejected: " + name, std::to_string(counts[name].rejected));
  }
  EXPECT_GT(counts["nothing"].accepted, 9 * counts["nothing"].rejected);
}

TEST(Corruption, OfBytesIsRejectedUnlessItOnlyChangesTheSpelling) {
  Random random(22);
  for (std::uint64_t i = 0; i < scaled(400); ++i) {
    const Sample original = sample(random);
    const std::string text = sealed(original.document);
    const Json meaning = Json::parse(text);
    for (int j = 0; j < 100; ++j) {
      const std::string corrupted = corrupt_bytes(random, text);
      const Json parsed = Json::parse(corrupted, nullptr, false);
      if (parsed == meaning && parsed.dump() == meaning.dump()) continue;
      const Report report = verify_proof(original.history, corrupted);
      ASSERT_EQ(report.finding, Finding::rejected) << corrupted;
      ASSERT_FALSE(report.reason.empty());
      ASSERT_EQ(report.reason.find('\n'), std::string::npos) << report.reason;
    }
  }
}

// One value anywhere in the document becomes another, of the same or another kind.
void corrupt_field(Random& random, Json& document) {
  const Json flat = document.flatten();
  auto at = flat.begin();
  std::advance(at, random.below(flat.size()));
  const std::vector<Json> others{0,
                                 1,
                                 -1,
                                 4'294'967'295U,
                                 1e300,
                                 true,
                                 false,
                                 nullptr,
                                 "",
                                 "unknown",
                                 Json::array(),
                                 Json::object(),
                                 Json::array({0, 1}),
                                 "0000000000000000"};
  Json& field = document[Json::json_pointer(at.key())];
  const Json before = field;
  while (field == before) field = random.pick(others);
}

TEST(Corruption, OfAFieldIsRejectedWithoutANewSeal) {
  Random random(23);
  for (std::uint64_t i = 0; i < scaled(400); ++i) {
    const Sample original = sample(random);
    const Json whole = Json::parse(sealed(original.document));
    for (int j = 0; j < 20; ++j) {
      Json document = whole;
      corrupt_field(random, document);
      ASSERT_EQ(verify_proof(original.history, document.dump()).finding, Finding::rejected)
          << document;
    }
  }
}

// With a new seal the fields of the wrong kind must be found one by one.
TEST(Corruption, OfTheKindOfAFieldIsRejectedEvenWithANewSeal) {
  Random random(24);
  const std::vector<Json> wrong{1.5,      -1, nullptr, Json::object(), Json::array({Json::array()}),
                                "#{ what"};
  for (std::uint64_t i = 0; i < scaled(300); ++i) {
    const Sample original = sample(random);
    const Json flat = original.document.flatten();
    for (auto at = flat.begin(); at != flat.end(); ++at) {
      const std::string& pointer = at.key();
      if (pointer.ends_with("/reason")) continue;  // any string will do
      Json document = original.document;
      Json& field = document[Json::json_pointer(pointer)];
      const Json before = field;
      const Json& other = random.pick(wrong);
      if (other == before || (pointer.ends_with("/key") && (other.is_null() || before.is_null())))
        continue;
      field = other;
      ASSERT_EQ(verify_proof(original.history, sealed(document)).finding, Finding::rejected)
          << pointer << ": " << document;
    }
  }
}

TEST(Corruption, OfTheSetOfFieldsIsRejectedEvenWithANewSeal) {
  Random random(25);
  for (std::uint64_t i = 0; i < scaled(300); ++i) {
    const Sample original = sample(random);
    for (const char* place : {"", "/history", "/keys/0"}) {
      const Json::json_pointer pointer(place);
      if (!original.document.contains(pointer)) continue;
      Json extended = original.document;
      extended[pointer]["extra"] = 1;
      ASSERT_EQ(verify_proof(original.history, sealed(extended)).finding, Finding::rejected);
      const Json fields = original.document[pointer];
      for (const auto& [name, value] : fields.items()) {
        Json reduced = original.document;
        reduced[pointer].erase(name);
        ASSERT_EQ(verify_proof(original.history, sealed(reduced)).finding, Finding::rejected)
            << name;
      }
    }
  }
}

}  // namespace
}  // namespace tribunal::verify::test
