#include "checker/confluence/explainer.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "base/text.h"
#include "checker/confluence/recording.h"

namespace tribunal::checker::confluence {
namespace {

class Telling {
 public:
  Telling(const spec::Program& program, const RecordedInstance& instance, const Finding& finding)
      : spec_(program.spec()), layout_(program.layout()), instance_(instance), finding_(finding) {}

  Explained tell() const {
    Explained told;
    told.invariant = finding_.invariant;
    told.kind = kind();
    told.harm = finding_.lasting ? Harm::integrity : Harm::timeliness;
    told.operations = operations();
    told.sentence = finding_.what + ".";
    if (finding_.blame != Finding::Blame::coordination) return told;
    for (const spec::Step& step : finding_.run) {
      if (step.what == spec::Step::What::execute) {
        told.steps.push_back(call(step) + " committed where it was taken, rightly");
      }
    }
    told.steps.push_back(
        fmt::format("merged, they violate '{}'", spec_.invariants[finding_.invariant].name));
    for (const Culprit& culprit : finding_.culprits) told.steps.push_back(instead(culprit));
    if (finding_.culprits.empty()) return told;
    const Culprit& first = finding_.culprits.front();
    told.pair = pair(first);
    told.expected = first.expected;
    if (!first.expected) {
      told.steps.push_back(
          "the static analysis does not know this conflict: store and specification disagree");
    }
    return told;
  }

 private:
  const char* kind() const {
    if (finding_.blame == Finding::Blame::transaction) return "transaction bug";
    return finding_.blame == Finding::Blame::replication ? "merge bug" : "confluence violation";
  }

  // Of the transactions that make it; the inspection that shows it.
  std::vector<std::uint32_t> operations() const {
    std::vector<std::uint32_t> found;
    for (const RecordedTransaction& t : instance_.transactions) {
      const auto& events = finding_.events;
      const bool part =
          t.receipt && std::find(events.begin(), events.end(), t.receipt->stamp) != events.end();
      if (part) found.push_back(t.invocation);
    }
    return found;
  }

  std::string call(const spec::Step& step) const {
    const spec::Transaction& t = spec_.transactions[step.transaction];
    std::vector<std::string> arguments;
    for (std::size_t p = 0; p < t.parameters.size(); ++p) {
      arguments.push_back(fmt::format("{} = {}", t.parameters[p].name,
                                      layout_.show_value(t.parameters[p].type, step.arguments[p])));
    }
    return fmt::format("{}({})", t.name, join(arguments, ", "));
  }

  std::string instead(const Culprit& culprit) const {
    const char* then = "it would have had another effect";
    if (culprit.outcome == spec::Outcome::guard) then = "its guard would have refused it";
    if (culprit.outcome == spec::Outcome::invariant) then = "it would have been aborted";
    return fmt::format("had {} seen {}, {}", call(finding_.run[culprit.second]),
                       call(finding_.run[culprit.first]), then);
  }

  std::string pair(const Culprit& culprit) const {
    std::string a = spec_.transactions[finding_.run[culprit.first].transaction].name;
    std::string b = spec_.transactions[finding_.run[culprit.second].transaction].name;
    if (b < a) std::swap(a, b);
    return a + " beside " + b;
  }

  const spec::Spec& spec_;
  const spec::Layout& layout_;
  const RecordedInstance& instance_;
  const Finding& finding_;
};

}  // namespace

struct Explainer::Analysis {
  std::once_flag once;
  std::vector<Conflict> conflicts;
};

Explainer::Explainer(spec::Program program)
    : program_(std::move(program)), analysis_(std::make_shared<Analysis>()) {}

std::vector<Explained> Explainer::explain(const RecordedInstance& instance) const {
  std::call_once(analysis_->once, [&] {
    Options options;
    options.most_per_side = 1;  // of the verdict nothing is wanted but the conflicts
    analysis_->conflicts = decide(program_.spec(), options).conflicts;
  });
  const Recording recording = recording_of(program_, instance);
  std::vector<Explained> all;
  for (const Finding& finding :
       confluence::explain(program_.layout(), recording, analysis_->conflicts)) {
    Explained told = Telling(program_, instance, finding).tell();
    told.operations.push_back(
        instance.inspections[recording.observations[finding.observation].where].invocation);
    all.push_back(std::move(told));
  }
  return all;
}

}  // namespace tribunal::checker::confluence
