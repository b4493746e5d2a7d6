// A channel beside the store: whoever learns there that a photo is stored expects to find it
// (Kleppmann, "Designing Data-Intensive Applications", figure 9-5).
#include <algorithm>
#include <vector>

#include "workloads/generators/node.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using history::EventType;
using history::Value;

bool uploads(Thread thread) { return order(thread) % 2 == 0; }

struct Message {
  Time arrives{};
  Value photo;
};

// The queue between the uploaders and the resizers: each photo that was stored is read once, by one
// of the odd threads, as soon as one is free.
class Resizers final : public Node {
 public:
  Resizers(Duration delay, std::vector<Message> waiting, std::uint64_t ordinal)
      : delay_(delay), waiting_(std::move(waiting)), ordinal_(ordinal) {}

  Step op(const View& view) const override {
    std::vector<Thread> free;
    std::copy_if(view.free.begin(), view.free.end(), std::back_inserter(free),
                 [](Thread thread) { return !uploads(thread); });
    if (free.empty() || waiting_.empty()) {
      return Pending{std::make_shared<Resizers>(delay_, waiting_, ordinal_)};
    }
    View resizers = view;
    resizers.free = free;
    const Message& first = waiting_.front();
    Emitted step =
        emit(resizers, {"read", {}, first.photo, true}, ordinal_,
             std::make_shared<Resizers>(
                 delay_, std::vector<Message>(waiting_.begin() + 1, waiting_.end()), ordinal_ + 1));
    step.op.time = std::max(view.now, first.arrives);
    return step;
  }

  Generator update(const Generator& self, const View&, const Happening& event) const override {
    if (event.type != EventType::ok || event.f != "write") return self;
    std::vector<Message> waiting = waiting_;
    waiting.push_back({event.time + delay_, event.value});
    return std::make_shared<Resizers>(delay_, std::move(waiting), ordinal_);
  }

 private:
  Duration delay_;
  std::vector<Message> waiting_;  // by arrival; the value of a photo is also its key
  std::uint64_t ordinal_;
};

}  // namespace

Schema two_channels_schema() {
  return {"two-channels",
          "store photos; once one is stored, another client learns of it outside the store and "
          "reads it",
          {duration("delay", "0s", "how long the message takes")}};
}

Result<Workload> make_two_channels(const Settings& settings, const WorkloadOptions& options) {
  if (options.concurrency < 2) {
    return fail(
        "two-channels: one client stores and another reads: expected a concurrency of 2 or "
        "more, found 1");
  }
  Generator upload = each([](std::uint64_t ordinal) -> Template {
    const Value photo = Value::integer(static_cast<std::int64_t>(ordinal) + 1);
    return {"write", photo, photo, true};
  });
  if (options.rate > 0) {
    const auto gap = static_cast<std::int64_t>(1e9 / options.rate + 0.5);
    upload = stagger(Duration{std::max<std::int64_t>(gap, 1)}, std::move(upload));
  }
  const Generator resize = std::make_shared<Resizers>(settings.duration("delay"),
                                                      std::vector<Message>{}, std::uint64_t{0});
  Workload workload;
  workload.main =
      time_limit(options.length, clients(any({on_threads(uploads, std::move(upload)), resize})));
  workload.decides = register_models();
  workload.check = check_registers;
  return workload;
}

}  // namespace tribunal::workloads
