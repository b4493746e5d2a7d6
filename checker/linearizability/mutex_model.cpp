// Model `mutex`: acquire and release, without regard to who does it. States: free, held.
#include "checker/linearizability/decoding.h"
#include "checker/linearizability/evidence.h"
#include "checker/linearizability/model.h"

namespace tribunal::checker::linearizability {

namespace {

// The forced ones are what remains of an operation whose observation was dropped in an excerpt.
enum Kind : std::uint8_t { acquire, release, forced_acquire, forced_release };
enum Token : std::uint32_t { acquired, released };
constexpr State free_state = 0;
constexpr State held_state = 1;

class MutexModel final : public Model {
 public:
  MutexModel(const history::History& history, const Options& options)
      : functions_(history, options.model, find_model(options.model)->functions) {}

  Result<std::optional<Op>> decode(const history::Operation& operation) override {
    const Result<std::size_t> f = functions_.number(operation);
    if (!f) return Failure{f.error()};
    if (operation.outcome == history::EventType::fail) return std::optional<Op>{};
    Op op;
    op.kind = *f == 0 ? acquire : release;
    return std::optional<Op>{op};
  }

  State initial() override { return free_state; }

  State step(State state, const Op& op) override {
    switch (op.kind) {
      case acquire:
        return state == free_state ? held_state : refused;
      case release:
        return state == held_state ? free_state : refused;
      case forced_acquire:
        return held_state;
      default:
        return free_state;
    }
  }

  std::string why(State /*state*/, const Op& op) override {
    return op.kind == acquire ? "acquired the lock, but it is held"
                              : "released the lock, but nobody holds it";
  }

  std::string show(const Op& op) override {
    return op.kind == acquire || op.kind == forced_acquire ? "acquired the lock"
                                                           : "released the lock";
  }

  std::string show_state(State state) override {
    return state == held_state ? "the lock is held" : "the lock is free";
  }

  void produced(const Op& op, std::vector<std::uint32_t>& tokens) override {
    tokens.push_back(op.kind == acquire || op.kind == forced_acquire ? acquired : released);
  }

  std::vector<Want> wants(const Op& op) override {
    if (op.kind == acquire) return {Want{false, {released}}};
    if (op.kind == release) return {Want{false, {acquired}}};
    return {};
  }

  std::optional<Op> weakened(const Op& op, const std::vector<bool>& stands) override {
    Op weak = op;
    if (!stands.empty() && !stands[0]) {
      weak.kind = op.kind == acquire ? forced_acquire : forced_release;
    }
    return weak;
  }

  std::optional<Finding> classify(Evidence& e) override {
    const std::uint32_t second = e.observer();
    if (e.op(second).kind == release) {
      return Finding{"unheld release", capital(e.did(second)) +
                                           ", but nobody can have held it then: in every order of "
                                           "these operations it is free by that time."};
    }
    for (auto i = e.furthest().rbegin(); i != e.furthest().rend(); ++i) {
      if (e.op(*i).kind != acquire) continue;
      return Finding{"two holders", capital(e.did(second)) + ", and " + e.did(*i) +
                                        ": no release can be placed between the two, so both held "
                                        "it at once."};
    }
    return std::nullopt;
  }

 private:
  Functions functions_;
};

}  // namespace

Result<std::unique_ptr<Model>> make_mutex(const history::History& history, const Options& options) {
  if (options.initial.has_value() && !options.initial->is_nil()) {
    return fail("a mutex is free initially; found the initial value " + options.initial->show());
  }
  return std::unique_ptr<Model>(std::make_unique<MutexModel>(history, options));
}

}  // namespace tribunal::checker::linearizability
