// A sequential object: what each operation does to a state, why it cannot, and which operations may
// be responsible for what another one saw. Adding a model is one new file that defines a factory,
// and one line in models.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "checker/check.h"
#include "checker/linearizability/op.h"
#include "history/history.h"

namespace tribunal::checker::linearizability {

// States are interned by the model: equal numbers, equal states.
using State = std::uint32_t;
inline constexpr State refused = std::numeric_limits<State>::max();

// What must have been produced for one observation to be right (docs/proofs.md, "Excerpts"). Tokens
// are what operations produce: a value, a written register, an element.
struct Want {
  bool all_but = false;               // every token except these
  std::vector<std::uint32_t> tokens;  // without repetition
};

class Evidence;
struct Finding;

class Model {
 public:
  virtual ~Model() = default;

  // Decodes one operation into kind, a, b and pure (the caller fills call and ret). Nothing: it
  // constrains nothing and has no effect (failed, or a read without a result). Errors name the
  // event.
  virtual Result<std::optional<Op>> decode(const history::Operation& operation) = 0;

  // Called once, after the last decode and before anything below.
  virtual void prepare() {}

  virtual State initial() = 0;
  // The state after `op`, or `refused`.
  virtual State step(State state, const Op& op) = 0;
  // True when states only ever gain, so that a step which changes nothing now would change nothing
  // later.
  virtual bool grows() const { return false; }

  // Why step(state, op) is refused: "read 3, but the register holds 4".
  virtual std::string why(State state, const Op& op) = 0;
  // What the operation did, for a sentence: "wrote 3", "read nil".
  virtual std::string show(const Op& op) = 0;
  virtual std::string show_state(State state) = 0;

  // The tokens of an operation's effect, and of each of its observations.
  virtual void produced(const Op& op, std::vector<std::uint32_t>& tokens) = 0;
  virtual std::vector<Want> wants(const Op& op) = 0;
  // The operation with the observations dropped that are not in `stands` (parallel to wants).
  // Nothing: then it says and does nothing.
  virtual std::optional<Op> weakened(const Op& op, const std::vector<bool>& stands) = 0;

  // What the literature calls this violation, and why. Nothing: it has no name of its own.
  virtual std::optional<Finding> classify(Evidence& evidence);

  // Bytes of interned states that searching has added.
  virtual std::uint64_t memory() const { return 0; }
};

struct ModelKind {
  const char* name;
  std::vector<std::string> functions;  // the values of :f it knows
  const char* description;
  Result<std::unique_ptr<Model>> (*make)(const history::History&, const Options&);
};

const std::vector<ModelKind>& model_kinds();
const ModelKind* find_model(const std::string& name);

// The factories, each in its own file.
Result<std::unique_ptr<Model>> make_register(const history::History&, const Options&);
Result<std::unique_ptr<Model>> make_multi_register(const history::History&, const Options&);
Result<std::unique_ptr<Model>> make_kv(const history::History&, const Options&);
Result<std::unique_ptr<Model>> make_set(const history::History&, const Options&);
Result<std::unique_ptr<Model>> make_mutex(const history::History&, const Options&);

}  // namespace tribunal::checker::linearizability
