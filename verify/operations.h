// The operations of one key, brought down to what a replay needs: each either demands something of
// the state, or changes it, or both. docs/proofs.md, "What an operation means", says what each
// model's do.
//
// Six models come down to three kinds of state:
//   cells    register, cas-register (one cell), multi-register (a cell a name), mutex (one cell
//   that
//            is free or held: an acquire is a compare-and-set from free to held)
//   text     kv: a string that is replaced or grows
//   elements set: a set that grows
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "history/history.h"

namespace tribunal::verify {

enum class Domain { cells, text, elements };
enum class Model { reg, cas_register, multi_register, kv, set, mutex };

Result<Model> find_model(std::string_view name);
Domain domain(Model model);

// How the operations of the whole proof are to be understood.
struct Rules {
  Model model = Model::reg;
  bool observe_failed_cas = false;
  bool nil_reads_anything = false;
  history::Value initial;
};

// `name` is a cell in the domain of cells, 0 elsewhere; values are refs of KeyHistory::pool.
struct Part {
  std::uint32_t name = 0;
  bool negated = false;  // a demand only: the cell holds anything but the value
  history::ValueRef value;
};

struct Op {
  std::uint32_t invocation = history::no_event;
  std::uint32_t end = history::no_event;  // completion; no_event when it may take effect for ever
  bool failed = false;                    // did not happen and says nothing
  bool required = false;                  // is in every linearization
  bool observes = false;                  // has demands (a set read of nothing has, without parts)
  bool broken = false;                    // a txn that read something else than it had just written
  bool appends = false;                   // text: the change is added at the end
  std::int32_t producers = -1;            // declared by an excerpt file, see history::Event
  std::uint32_t first_demand = 0, demand_count = 0;
  std::uint32_t first_change = 0, change_count = 0;
};

struct KeyHistory {
  Domain domain = Domain::cells;
  std::vector<Op> ops;  // every operation of the key, by invocation
  std::vector<Part> demands, changes;
  history::ValuePool pool;
  // Cells: the first values, by cell. Text: one value. Elements: the elements.
  std::vector<history::ValueRef> initial;

  std::span<const Part> demands_of(const Op& op) const {
    return {demands.data() + op.first_demand, op.demand_count};
  }
  std::span<const Part> changes_of(const Op& op) const {
    return {changes.data() + op.first_change, op.change_count};
  }
  // True for an operation that a linearization leaves out: it says nothing and does nothing.
  static bool idle(const Op& op) { return !op.required && op.change_count == 0; }
  // The op with that invocation, or nothing when it is none of this key.
  const Op* find(std::uint32_t invocation) const;
};

// Translates the operations of one key. Errors name the event whose f or value the model does not
// know.
Result<KeyHistory> read_operations(const history::History& history,
                                   std::span<const history::Operation> operations,
                                   const Rules& rules);

// Whether `initial` can be the initial value under the model.
Status check_initial(const Rules& rules);

}  // namespace tribunal::verify
