// What a replica without a single log holds for one object, under one policy for writes that did
// not know of one another. Copies are joined by merge(), which is associative, commutative and
// idempotent, so that replicas which have heard of the same writes are equal, in whatever order
// they heard (Shapiro et al., "Conflict-free replicated data types", SSS 2011).
//
// A node takes a write in three steps: prepare() decides from this copy what the write does,
// apply() does it here, and everybody else either applies the same Update or merges whole copies.
// Updates of one node must be applied in the order of their dots; repeating one is harmless.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"
#include "sut/fields.h"
#include "sut/replicated/causal_context.h"
#include "sut/replicated/stamp.h"
#include "sut/replicated/value.h"

namespace tribunal::sut::replicated {

enum class Policy : std::uint8_t {
  // The value whole, of the latest stamp. Adding and counting are reading, changing and writing
  // back: of two at a time, one is lost.
  lww,
  // The value whole; values whose writers did not know of one another are kept side by side
  // (dotted version vectors). Reads of a register show all, sets are united, of counters the
  // greatest counts, queues are appended without what they share, a lock is the latest.
  siblings,
  // By type: add-wins set, PN-counter, last-writer-wins register. Queues and locks, of which there
  // is no such type, as in lww.
  crdt,
  crdt_max,  // as crdt, but a register is the greatest value ever written
  // The value whole, of the node with the highest number, whatever the time.
  priority,
};

// The increments and decrements that one node took within one life: it alone changes them, so the
// greatest is the newest.
struct Row {
  Actor actor;
  std::uint64_t plus = 0;
  std::uint64_t minus = 0;
  friend bool operator==(const Row&, const Row&) = default;
  static auto fields(auto& self) { return std::tie(self.actor, self.plus, self.minus); }
};

// One write, as it travels.
struct Update {
  Command command;
  Dot dot;
  Stamp stamp;
  CausalContext context;  // what it supersedes; of an add-wins set: the dots of its element
  Shared<Value> value;    // policies that replace values whole, and registers: what it writes
  Row row;                // PN-counter: its row after the write
  std::uint64_t wire_bytes() const;
  friend bool operator==(const Update&, const Update&) = default;
  static auto fields(auto& self) {
    return std::tie(self.command, self.dot, self.stamp, self.context, self.value, self.row);
  }
};

// Where and for whom a write is prepared.
struct Origin {
  Dot dot;  // the write's name, if it comes to a write
  Time wall{};
  Token client;              // what the client was shown of this object
  bool node_blocks = false;  // next_id gives numbers that no other node gives; else the copy's next
  // version-vector clocks: what the node has applied of other objects, too. Sizes of pasts that do
  // not cover one object only order the writes of all objects in one way.
  CausalContext past{};
};
struct Prepared {
  Reply reply;  // without context; see Datum::written()
  std::optional<Update> update;
};

class Datum {
 public:
  Datum() = default;
  Datum(Policy policy, Type type) : policy_(policy), type_(type) {}
  Policy policy() const { return policy_; }
  Type type() const { return type_; }

  // Precondition: !is_read(command.kind); its type is this one.
  Prepared prepare(const Command& command, const Origin& origin, StampClock& clock) const;
  // True if it changed anything. Precondition: made by prepare() of the same policy and type.
  bool apply(const Update& update);
  // True if it changed anything. Precondition: same policy and type.
  bool merge(const Datum& other);

  // Precondition: is_read(command.kind), the command's type is this one.
  Reply read(const Command& command) const;
  // The context for the client whose update was just applied here.
  Context written(const Update& update, const Token& client) const;

  // What a client would see, siblings resolved as the policy says.
  Value resolved() const;
  // The values of a register side by side, ascending, each once.
  std::vector<std::int64_t> siblings() const;
  const CausalContext& context() const { return context_; }
  // Whether this client was shown every value that is kept here, for policies that keep them whole.
  bool shown_to(const Token& client) const;
  // The latest stamp among the values kept; none: all zero.
  Stamp newest() const;

  bool empty() const;                                             // never written
  bool blank() const;                                             // shows nothing to a client
  bool tombstone() const { return blank() && !empty(); }          // what was there was deleted
  std::uint64_t digest() const { return fingerprint_of(*this); }  // equal copies, equal digests
  std::uint64_t wire_bytes() const;
  Content content(std::uint64_t key) const;

  friend bool operator==(const Datum&, const Datum&) = default;
  static auto fields(auto& self) {
    return std::tie(self.policy_, self.type_, self.versions_, self.context_, self.members_,
                    self.rows_, self.token_);
  }

 private:
  friend struct DatumAccess;  // tests define it, to perturb one member at a time
  struct Version {
    Stamp stamp;  // its dot names the write
    Shared<Value> value;
    friend bool operator==(const Version&, const Version&) = default;
    static auto fields(auto& self) { return std::tie(self.stamp, self.value); }
  };
  struct Member {
    std::int64_t element = 0;
    Dot dot;
    friend bool operator==(const Member&, const Member&) = default;
    friend auto operator<=>(const Member&, const Member&) = default;
    static auto fields(auto& self) { return std::tie(self.element, self.dot); }
  };

  // How this policy keeps this type.
  enum class Form : std::uint8_t { latest, side_by_side, add_wins, rows };
  Form form() const;
  bool precedes(const Version& a, const Version& b) const;

  Prepared prepare_add_wins(const Command& command, const Origin& origin, StampClock& clock) const;
  Prepared prepare_rows(const Command& command, const Origin& origin, StampClock& clock) const;
  Prepared prepare_value(const Command& command, const Origin& origin, StampClock& clock) const;
  Update blank_update(const Command& command, const Origin& origin, StampClock& clock) const;

  void insert_version(const Version& version);
  void insert_member(const Member& member);
  void raise_row(const Row& row);
  void merge_versions(const Datum& other);
  void merge_members(const Datum& other);

  Policy policy_ = Policy::lww;
  Type type_ = Type::reg;
  std::vector<Version> versions_;  // by dot; of latest: at most one
  CausalContext context_;          // the writes that this copy reflects
  std::vector<Member> members_;    // add_wins: ascending
  std::vector<Row> rows_;          // by actor
  std::int64_t token_ = 0;         // add_wins: the greatest fencing token
};

// Numbers that only this node gives out in this life: the upper bits are its block.
std::int64_t block_id(const Dot& dot);

}  // namespace tribunal::sut::replicated
