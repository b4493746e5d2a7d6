#include "workloads/causal_generator.h"

#include <algorithm>
#include <optional>

#include "workloads/generators/node.h"
#include "workloads/persistent_array.h"

namespace tribunal::workloads {
namespace {

using history::EventType;
using history::Value;

struct Client {
  std::int64_t chain = -1;     // that its latest operation is about
  bool go_on = false;          // and the next one too
  std::int64_t answered = -1;  // the newest chain that it wrote an answer to
};

struct State {
  PersistentArray<Client> clients;  // by thread
  std::int64_t begun = 0;           // chains
  std::uint64_t emitted = 0;
};

using SharedOptions = std::shared_ptr<const CausalOptions>;

class Causal final : public Node {
 public:
  Causal(SharedOptions options, State state)
      : options_(std::move(options)), state_(std::move(state)) {}

  Step op(const View& view) const override {
    if (view.free.empty()) return Pending{std::make_shared<Causal>(options_, state_)};
    const std::uint64_t drawn = view.draw("process"_site, state_.emitted, view.free.size());
    const Thread thread = view.free[drawn];
    const std::uint64_t at = order(thread);
    if (at >= state_.clients.size()) return Pending{std::make_shared<Causal>(options_, state_)};
    State next = state_;
    ++next.emitted;
    Client client = next.clients[at];
    const Template what = make(view, at % 3, client, next);
    next.clients = next.clients.with(at, client);
    Op op{view.now, view.process(thread), what.f, what.value, what.key, true};
    return Emitted{std::move(op), std::make_shared<Causal>(options_, std::move(next))};
  }

  Generator update(const Generator& self, const View&, const Happening& event) const override {
    const std::uint64_t at = order(event.thread);
    if (event.type == EventType::invoke || at >= state_.clients.size()) return self;
    Client client = state_.clients[at];
    // An answerer goes on when it has seen the question; an observer when it has read the answer.
    const bool ok = event.type == EventType::ok && event.f == "read";
    const bool seen = ok && event.value.is_integer();
    client.go_on =
        !client.go_on && (at % 3 == 1 ? seen && client.answered < client.chain : at % 3 == 2 && ok);
    State next = state_;
    next.clients = next.clients.with(at, client);
    return std::make_shared<Causal>(options_, std::move(next));
  }

 private:
  // Changes the client and the count of chains along with it.
  Template make(const View& view, std::uint64_t role, Client& client, State& next) const {
    const Value one = Value::integer(1);
    if (role == 0) {
      client.chain = next.begun++;
      return {"write", one, question(client.chain), true};
    }
    if (client.go_on && role == 1) {
      client.answered = client.chain;
      return {"write", one, answer(client.chain), true};
    }
    if (client.go_on) return {"read", {}, question(client.chain), true};
    const std::uint64_t back = view.draw("chain"_site, state_.emitted, options_->window);
    client.chain = std::max<std::int64_t>(0, next.begun - 1 - static_cast<std::int64_t>(back));
    return {"read", {}, role == 1 ? question(client.chain) : answer(client.chain), true};
  }

  static Value question(std::int64_t chain) { return Value::integer(2 * chain); }
  static Value answer(std::int64_t chain) { return Value::integer(2 * chain + 1); }

  SharedOptions options_;
  State state_;
};

}  // namespace

Generator causal_generator(const CausalOptions& options) {
  State state;
  state.clients = PersistentArray<Client>(std::vector<Client>(options.concurrency));
  return std::make_shared<Causal>(std::make_shared<const CausalOptions>(options), std::move(state));
}

}  // namespace tribunal::workloads
