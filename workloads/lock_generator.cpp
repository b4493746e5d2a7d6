#include "workloads/lock_generator.h"

#include <algorithm>

#include "base/text.h"
#include "workloads/generators/node.h"

namespace tribunal::workloads {
namespace {

using history::EventType;
using history::Value;

enum class Task { acquire, read, write, release };

struct State {
  Task task = Task::acquire;
  Time due{};  // not sooner
  Value token;
  std::int64_t seen = 0;       // in the register
  std::uint64_t written = 0;   // under the present lock
  std::uint64_t pause_at = 0;  // sleeps before this write, counted from 1; 0: never
  std::uint64_t ordinal = 0;   // of operations
  std::int64_t element = 0;    // the next one
};

using SharedOptions = std::shared_ptr<const LockOptions>;

// The client of one thread; an operation that crashes it makes it begin anew.
class LockClient final : public Node {
 public:
  LockClient(SharedOptions options, State state)
      : options_(std::move(options)), state_(std::move(state)) {}

  Step op(const View& view) const override {
    if (view.free.empty()) return Pending{with(state_)};
    State next = state_;
    ++next.ordinal;
    if (next.task == Task::write && options_->resource != Resource::counter) {
      next.element += options_->concurrency;
    }
    Emitted step = emit(view, make(), state_.ordinal, with(std::move(next)));
    step.op.time = std::max(view.now, state_.due);
    return step;
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    if (event.type == EventType::invoke) return self;
    State next = state_;
    const bool ok = event.type == EventType::ok;
    if (event.type == EventType::info) {
      next.task = Task::acquire;
    } else {
      switch (state_.task) {
        case Task::acquire:
          if (ok) begin(view, next, event.value);
          break;
        case Task::read:
          next.seen = event.value.is_integer() ? event.value.as_integer() : 0;
          next.task = ok ? Task::write : Task::release;
          break;
        case Task::write:
          ++next.written;
          next.task = ok && next.written < options_->writes ? first_task() : Task::release;
          break;
        case Task::release:
          next.task = Task::acquire;
          break;
      }
    }
    next.due = event.time + gap(view, next);
    return with(std::move(next));
  }

 private:
  Generator with(State state) const {
    return std::make_shared<LockClient>(options_, std::move(state));
  }

  Task first_task() const {
    return options_->resource == Resource::counter ? Task::read : Task::write;
  }

  void begin(const View& view, State& next, const Value& token) const {
    next.task = first_task();
    next.token = token;
    next.written = 0;
    const std::uint64_t at = view.draw("pause-at"_site, next.ordinal, options_->writes);
    const bool pauses = view.draw("pause"_site, next.ordinal, 100) < options_->pause_percent;
    next.pause_at = pauses ? at + 1 : 0;
  }

  Duration gap(const View& view, const State& next) const {
    const bool sleeps = next.task == Task::write && next.pause_at == next.written + 1;
    if (sleeps) return options_->pause;
    const Duration mean = next.task == Task::acquire ? options_->idle : options_->hold;
    const auto range = static_cast<std::uint64_t>(mean.count()) * 2 + 1;
    return Duration{static_cast<std::int64_t>(view.draw("gap"_site, next.ordinal, range))};
  }

  Template make() const {
    switch (state_.task) {
      case Task::acquire: {
        const bool leased = options_->lease > Duration::zero();
        return {
            "acquire", leased ? Value::string(show_duration(options_->lease)) : Value(), {}, false};
      }
      case Task::read:
        return {"read", {}, {}, false};
      case Task::write:
        return write();
      case Task::release:
        break;
    }
    return {"release", {}, {}, false};
  }

  Template write() const {
    const Value element = Value::integer(state_.element);
    switch (options_->resource) {
      case Resource::set:
        return {"add", element, {}, false};
      case Resource::fenced_set:
        return {"add", Value::pair(element, state_.token), {}, false};
      case Resource::counter:
        break;
    }
    return {"write", Value::integer(state_.seen + 1), {}, false};
  }

  SharedOptions options_;
  State state_;
};

}  // namespace

Generator lock_generator(const LockOptions& options) {
  const auto shared = std::make_shared<const LockOptions>(options);
  return each_thread([shared](Thread thread) -> Generator {
    State state;
    state.element = static_cast<std::int64_t>(thread);
    return std::make_shared<LockClient>(shared, std::move(state));
  });
}

}  // namespace tribunal::workloads
