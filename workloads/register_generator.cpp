#include "workloads/register_generator.h"

#include <optional>

#include "workloads/generators/node.h"
#include "workloads/persistent_array.h"

namespace tribunal::workloads {
namespace {

using history::Value;

struct Slot {
  std::int64_t key = 0;
  std::uint64_t operations = 0;
  std::int64_t last_written = 0;     // the newest of the values that count up
  std::optional<std::int64_t> seen;  // by the latest ok operation
};

// Which key a thread's operation is on, so that its completion is told to the right slot.
struct InFlight {
  std::uint32_t slot = 0;
  std::int64_t key = -1;
};

struct State {
  PersistentArray<Slot> slots;
  PersistentArray<InFlight> in_flight;  // by thread
  std::int64_t next_key = 0;
  std::uint64_t emitted = 0;
};

using SharedOptions = std::shared_ptr<const RegisterOptions>;

class Registers final : public Node {
 public:
  Registers(SharedOptions options, State state)
      : options_(std::move(options)), state_(std::move(state)) {}

  Step op(const View& view) const override {
    if (view.free.empty()) return Pending{std::make_shared<Registers>(options_, state_)};
    const std::uint64_t ordinal = state_.emitted;
    const auto at = static_cast<std::uint32_t>(view.draw("key"_site, ordinal, state_.slots.size()));
    Slot slot = state_.slots[at];
    const Template what = make(view, slot);
    Emitted step = emit(view, what, ordinal, nullptr);

    State next = state_;
    ++next.emitted;
    const auto thread = thread_of(view, step.op.process);
    if (thread < next.in_flight.size()) {
      next.in_flight = next.in_flight.with(thread, {at, slot.key});
    }
    if (options_->ops_per_key != 0 && ++slot.operations >= options_->ops_per_key) {
      slot = Slot{next.next_key++, 0, 0, std::nullopt};
    }
    next.slots = next.slots.with(at, slot);
    step.next = std::make_shared<Registers>(options_, std::move(next));
    return step;
  }

  Generator update(const Generator& self, const View&, const Happening& event) const override {
    if (event.type != history::EventType::ok) return self;
    const std::size_t thread = order(event.thread);
    const auto value = seen_by(event);
    if (!value || thread >= state_.in_flight.size()) return self;
    const InFlight& flight = state_.in_flight[thread];
    if (flight.key < 0 || state_.slots[flight.slot].key != flight.key) return self;  // key is done
    State next = state_;
    Slot slot = next.slots[flight.slot];
    slot.seen = value;
    next.slots = next.slots.with(flight.slot, slot);
    return std::make_shared<Registers>(options_, std::move(next));
  }

 private:
  Template make(const View& view, Slot& slot) const {
    const RegisterOptions& o = *options_;
    const std::uint64_t ordinal = state_.emitted;
    const std::uint64_t kind = view.draw("kind"_site, ordinal, o.reads + o.writes + o.cas);
    const Value key = Value::integer(slot.key);
    if (kind < o.reads) return {"read", Value(), key, true};
    const bool blind = kind < o.reads + o.writes;
    if (o.values == 0) {
      const Value to = Value::integer(++slot.last_written);
      if (blind || !slot.seen) return {"write", to, key, true};
      return {"cas", Value::pair(Value::integer(*slot.seen), to), key, true};
    }
    const auto to = static_cast<std::int64_t>(view.draw("to"_site, ordinal, o.values));
    if (blind) return {"write", Value::integer(to), key, true};
    const auto from = static_cast<std::int64_t>(view.draw("from"_site, ordinal, o.values));
    return {"cas", Value::pair(Value::integer(from), Value::integer(to)), key, true};
  }

  static std::size_t thread_of(const View& view, history::Process process) {
    for (Thread thread : view.free) {
      if (view.process(thread) == process) return order(thread);
    }
    return order(Thread::nemesis);
  }

  // The value that the register certainly held when the operation took effect.
  static std::optional<std::int64_t> seen_by(const Happening& event) {
    const Value& value = event.value;
    if (value.is_integer()) return value.as_integer();
    if (value.is_sequence() && value.items().size() == 2 && value.items()[1].is_integer()) {
      return value.items()[1].as_integer();
    }
    return std::nullopt;
  }

  SharedOptions options_;
  State state_;
};

}  // namespace

Generator register_generator(const RegisterOptions& options) {
  if (options.keys == 0 || options.reads + options.writes + options.cas == 0) return nullptr;
  State state;
  std::vector<Slot> slots(options.keys);
  for (Slot& slot : slots) slot.key = state.next_key++;
  state.slots = PersistentArray<Slot>(std::move(slots));
  state.in_flight = PersistentArray<InFlight>(std::vector<InFlight>(options.concurrency));
  return std::make_shared<Registers>(std::make_shared<const RegisterOptions>(options),
                                     std::move(state));
}

}  // namespace tribunal::workloads
