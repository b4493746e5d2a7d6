// Pure generators with the semantics of Jepsen's combinators. A generator is an immutable value:
//   op(context)           → exhausted, pending, or (operation, next generator)
//   update(context, event)→ next generator
// Random draws are keyed by the generator's own place in the tree and its own counter, so that two
// generators never disturb one another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "history/operation.h"
#include "history/value.h"

namespace tribunal::workloads {

enum class Thread : std::int32_t { nemesis = -1 };

// An operation to be invoked. `time` is when (never before context.now).
struct Op {
  Time time{};
  history::Process process{};
  std::string f;
  history::Value value;
  history::Value key;
  bool has_key = false;
  std::optional<NodeId> node =
      {};  // whom the client asks first; absent: whoever the driver chooses
};

// What a generator may know: the time, the threads that exist and those that are free, and which
// process each thread runs now (process = thread + k · concurrency after k crashes).
struct Context {
  Time now{};
  std::uint64_t seed = 0;
  std::vector<Thread> threads;              // ascending; nemesis (if present) last
  std::vector<Thread> free;                 // the subset that is idle, same order
  std::vector<history::Process> processes;  // parallel to `threads`
};

// A completion or invocation that has happened, shown to generators by update().
struct Happening {
  Time time{};
  history::Process process{};
  Thread thread{};
  history::EventType type{};
  std::string f;
  history::Value value;
};

class Node;                                     // workloads/generators/node.h
using Generator = std::shared_ptr<const Node>;  // nullptr: exhausted

struct Exhausted {};
// Nothing now; ask again after the next event or when time has passed. `next` replaces the
// generator.
struct Pending {
  Generator next;
};
// A proposal: to carry it out, go on with `next`; to drop it, keep the generator that was asked.
struct Emitted {
  Op op;
  Generator next;
};
using Step = std::variant<Exhausted, Pending, Emitted>;

// Helpers that accept nullptr.
Step next_op(const Generator& generator, const Context& context);
Generator update(const Generator& generator, const Context& context, const Happening& event);

// ---- combinators (docs/workloads.md describes each) ----
struct Template {  // f, value and key of an operation still without time and process
  std::string f;
  history::Value value;
  history::Value key;
  bool has_key = false;
};
Generator once(Template op);    // one operation, at once
Generator repeat(Template op);  // for ever the same
// For ever what the function makes; the argument counts up from 0 and is also a source of keyed
// draws.
Generator each(std::function<Template(std::uint64_t ordinal)> make);
Generator sequence(std::vector<Generator> parts);      // one after another
Generator mix(std::vector<Generator> parts);           // uniform choice
Generator any(std::vector<Generator> parts);           // whoever is soonest
Generator shortest_any(std::vector<Generator> parts);  // ... until one ends
Generator limit(std::uint64_t n, Generator inner);
Generator cycle(std::uint64_t times, Generator inner);  // 0: for ever
Generator process_limit(std::uint64_t n, Generator inner);
Generator concurrency_limit(std::uint64_t n, Generator inner);
Generator time_limit(Duration length, Generator inner);  // from the first emitted operation
Generator stagger(Duration mean, Generator inner);  // gaps uniform in [0, 2·mean), over all threads
Generator delay(Duration gap, Generator inner);
Generator sleep(Duration length);                // emits nothing for that long, then ends
Generator synchronize(Generator inner);          // waits until every thread is free
Generator phases(std::vector<Generator> parts);  // sequence of synchronized parts
Generator each_thread(std::function<Generator(Thread)> make);
Generator each_process(std::function<Generator(history::Process)> make);
Generator reserve(std::vector<std::pair<std::uint32_t, Generator>> first, Generator rest);
Generator on_threads(std::function<bool(Thread)> predicate, Generator inner);
Generator clients(Generator inner);
Generator nemesis(Generator inner);
Generator until_ok(Generator inner);
// Until one of its own operations completed so that `done` is true.
Generator until(std::function<bool(const Happening&)> done, Generator inner);
Generator flip_flop(Generator a, Generator b);
Generator cycle_times(std::vector<std::pair<Duration, Generator>> windows);
Generator map(std::function<Op(Op)> change, Generator inner);
Generator filter(std::function<bool(const Op&)> keep, Generator inner);
// Groups of `threads_per_key` threads work through the keys, each on its own copy.
Generator independent_concurrent(std::uint32_t threads_per_key, std::vector<history::Value> keys,
                                 std::function<Generator(history::Value key)> make);
Generator independent_sequential(std::vector<history::Value> keys,
                                 std::function<Generator(history::Value key)> make);

}  // namespace tribunal::workloads
