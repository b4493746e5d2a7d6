// Raft's five properties (Ongaro and Ousterhout 2014, Figure 3) over everything that was ever
// announced.
//
// A chain identifies a whole prefix of a log, so each property is a comparison of two numbers:
//   election safety       one became_leader for each term
//   leader append-only    no truncation, and no other entry at an index, while a node leads
//   log matching          (index, term) always has the same chain, at whatever node and time
//   leader completeness   a leader of term T holds what was committed in terms before T, also when
//                         the older leader commits later than that (it has not heard yet)
//   state machine safety  an index is committed, applied or restored with one chain only
//   integrity             a node applies index after index; the requests of one client, which asks
//                         for one thing at a time, take effect in ascending order
//   validity              what takes effect was requested
// "Committed" is what a node announces: what its replication rule lets it acknowledge. Under
// asynchronous replication that is what is durable at the leader alone, so there a violation of
// leader completeness means that acknowledged data was lost.
#include "sut/protocol_checks.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/text.h"

namespace tribunal::sut {
namespace {

enum Property : std::uint8_t {
  election,
  append_only,
  matching,
  completeness,
  state_machine,
  integrity,
  validity
};
constexpr std::array<const char*, 7> property_names = {
    "election safety",      "leader append-only", "log matching", "leader completeness",
    "state machine safety", "integrity",          "validity"};

std::string show(std::uint64_t number) { return std::to_string(number); }

struct Hash {
  std::size_t operator()(std::uint64_t key) const { return mix64(key); }
};

// The log of one node as it announced it. Below `base` nothing is known.
struct NodeLog {
  std::uint64_t base = 0;
  std::uint64_t base_chain = 0;
  bool base_known = true;
  std::vector<std::uint64_t> chains;  // of base + 1, base + 2, ...
  std::uint64_t applied = 0;
  bool leads = false;
  std::uint64_t term = 0;     // in which it leads
  std::uint8_t reported = 0;  // bit p: property p was reported for this node

  std::uint64_t last() const { return base + chains.size(); }
  bool knows(std::uint64_t i) const { return i > base ? i <= last() : i == base && base_known; }
  std::uint64_t chain(std::uint64_t i) const {
    return i == base ? base_chain : chains[i - base - 1];
  }
  void start_at(std::uint64_t i, std::uint64_t chain_there, bool known) {
    base = i;
    base_chain = chain_there;
    base_known = known;
    chains.clear();
  }
  void keep_until(std::uint64_t i) {
    if (i >= last()) return;
    if (i < base) {
      start_at(i, 0, i == 0);
    } else {
      chains.resize(i - base);
    }
  }
};

// The furthest that nodes of one term have announced as committed, and the furthest up to that
// term.
struct TermCommit {
  std::uint64_t term = 0;
  std::uint64_t index = 0, chain = 0;
  std::uint64_t furthest = 0, furthest_chain = 0;
};

// The latest of one client's requests: sequences ascend.
struct ClientRequests {
  std::uint64_t requested = 0;
  std::uint64_t effective = 0;
  std::uint64_t index = 0;  // of the entry by which that took effect
};

struct TermChain {
  std::uint64_t term = 0;
  std::uint64_t chain = 0;
};

}  // namespace

struct ProtocolChecks::State {
  explicit State(std::uint16_t nodes) : logs(nodes) {}

  std::vector<NodeLog> logs;
  std::unordered_map<std::uint64_t, NodeId, Hash> leaders;  // by term; looked up, never walked
  std::uint64_t top_term = 0;                               // the newest term that has a leader,
  NodeId top_leader{};                                      // and who that is
  std::vector<TermChain> entries;  // by index: the first term seen there, and its chain
  std::unordered_map<std::uint64_t, TermChain, Hash> more;  // further terms, by (index, term)
  std::vector<std::uint64_t> agreed;  // by index: the chain committed or applied; 0: not yet
  std::vector<TermCommit> commits;    // by term
  std::uint64_t delivered = 0;        // the furthest index that any node has applied
  bool knows_requests = false;
  std::unordered_map<std::uint32_t, ClientRequests, Hash> clients;  // looked up, never walked
  std::vector<ProtocolViolation> violations;
  std::uint64_t count = 0;

  void report(Time at, NodeId node, Property property, std::string detail) {
    ++count;
    std::uint8_t& reported = logs[index(node)].reported;
    if ((reported >> property & 1) != 0) return;
    reported = static_cast<std::uint8_t>(reported | 1 << property);
    violations.push_back({at, node, property_names[property], std::move(detail)});
  }

  void became_leader(Time at, NodeId node, const Witness& w);
  void appended(Time at, NodeId node, const Witness& w);
  void truncated(Time at, NodeId node, const Witness& w);
  void committed(Time at, NodeId node, const Witness& w);
  void restored(Time at, NodeId node, const Witness& w);
  void match(Time at, NodeId node, const Witness& w);
  void agree(Time at, NodeId node, const Witness& w, const char* verb);
  void note_commit(const Witness& w);
  void applied(Time at, NodeId node, const Witness& w);
  void took_effect(Time at, NodeId node, const Witness& w);
};

void ProtocolChecks::State::became_leader(Time at, NodeId node, const Witness& w) {
  const auto [place, first] = leaders.try_emplace(w.term, node);
  if (!first) {
    report(at, node, election,
           show_node(node) + " became leader of term " + show(w.term) + ", which " +
               show_node(place->second) + " had already led");
  }
  NodeLog& log = logs[index(node)];
  log.leads = true;
  log.term = w.term;
  if (w.term > top_term) {
    top_term = w.term;
    top_leader = node;
  }
  const auto after =
      std::lower_bound(commits.begin(), commits.end(), w.term,
                       [](const TermCommit& c, std::uint64_t t) { return c.term < t; });
  if (after == commits.begin()) return;
  const TermCommit& before = *std::prev(after);
  const bool missing = before.furthest > log.last();
  if (missing ||
      (log.knows(before.furthest) && log.chain(before.furthest) != before.furthest_chain)) {
    report(
        at, node, completeness,
        show_node(node) + " became leader of term " + show(w.term) + " without entry " +
            show(before.furthest) + ", which was committed in an earlier term" +
            (missing ? ": its log ends at " + show(log.last()) : ": it holds another entry there"));
  }
}

void ProtocolChecks::State::appended(Time at, NodeId node, const Witness& w) {
  NodeLog& log = logs[index(node)];
  if (w.index <= log.last()) {
    const bool same = log.knows(w.index) && log.chain(w.index) == w.chain;
    if (log.leads && !same) {
      report(at, node, append_only,
             show_node(node) + " overwrote entry " + show(w.index) +
                 " of its log while it led term " + show(log.term));
    }
    if (!same) log.keep_until(w.index - 1);
  }
  if (w.index > log.last()) {
    if (w.index > log.last() + 1) log.start_at(w.index - 1, 0, false);
    log.chains.push_back(w.chain);
  }
  match(at, node, w);
}

void ProtocolChecks::State::match(Time at, NodeId node, const Witness& w) {
  if (w.index >= entries.size()) entries.resize(w.index + 1);
  TermChain& first = entries[w.index];
  TermChain* seen = &first;
  if (first.chain == 0) {
    first = {w.term, w.chain};
  } else if (first.term != w.term) {
    seen = &more.try_emplace(combine(w.index, w.term), TermChain{w.term, w.chain}).first->second;
  }
  if (seen->chain == w.chain) return;
  report(at, node, matching,
         show_node(node) + " holds an entry of term " + show(w.term) + " at index " +
             show(w.index) +
             " that differs, or follows other entries, than the one announced there before");
}

void ProtocolChecks::State::truncated(Time at, NodeId node, const Witness& w) {
  NodeLog& log = logs[index(node)];
  if (log.leads) {
    report(at, node, append_only,
           show_node(node) + " dropped its log from entry " + show(w.index) +
               " on while it led term " + show(log.term));
  }
  log.keep_until(w.index == 0 ? 0 : w.index - 1);
}

void ProtocolChecks::State::agree(Time at, NodeId node, const Witness& w, const char* verb) {
  if (w.index >= agreed.size()) agreed.resize(w.index + 1);
  std::uint64_t& chain = agreed[w.index];
  if (chain == 0) chain = w.chain;
  if (chain == w.chain) return;
  report(at, node, state_machine,
         show_node(node) + " " + verb + " entry " + show(w.index) +
             ", but another entry, or the same after other entries, was committed or applied there "
             "before");
}

// O(1) but for a commit in a term that is not the newest, which walks over the terms after it.
void ProtocolChecks::State::note_commit(const Witness& w) {
  auto place = commits.end();
  while (place != commits.begin() && std::prev(place)->term >= w.term) --place;
  if (place == commits.end() || place->term != w.term) {
    place = commits.insert(place, TermCommit{w.term, 0, 0, 0, 0});
  }
  if (w.index > place->index) {
    place->index = w.index;
    place->chain = w.chain;
  }
  for (; place != commits.end(); ++place) {
    const bool first = place == commits.begin();
    const bool own = first || place->index >= std::prev(place)->furthest;
    place->furthest = own ? place->index : std::prev(place)->furthest;
    place->furthest_chain = own ? place->chain : std::prev(place)->furthest_chain;
  }
}

void ProtocolChecks::State::committed(Time at, NodeId node, const Witness& w) {
  agree(at, node, w, "committed");
  note_commit(w);
  const NodeLog& top = logs[index(top_leader)];
  if (w.term >= top_term || !top.leads || top.term != top_term) return;
  const bool missing = w.index > top.last();
  if (!missing && (!top.knows(w.index) || top.chain(w.index) == w.chain)) return;
  report(at, node, completeness,
         show_node(node) + " committed entry " + show(w.index) + " in term " + show(w.term) +
             ", but " + show_node(top_leader) + " leads term " + show(top_term) + " without it");
}

void ProtocolChecks::State::applied(Time at, NodeId node, const Witness& w) {
  agree(at, node, w, "applied");
  NodeLog& log = logs[index(node)];
  if (w.index != log.applied + 1) {
    report(
        at, node, integrity,
        show_node(node) + " applied entry " + show(w.index) + " after entry " + show(log.applied));
  }
  log.applied = w.index;
  // All nodes apply the same at an index, or that was reported: the first one stands for all.
  if (w.index <= delivered) return;
  delivered = w.index;
  if (w.request.sequence != 0) took_effect(at, node, w);
}

void ProtocolChecks::State::took_effect(Time at, NodeId node, const Witness& w) {
  ClientRequests& client = clients[index(w.request.client)];
  const std::uint64_t sequence = w.request.sequence;
  const auto name = [&] {
    return "request " + show(sequence) + " of client " + show(index(w.request.client));
  };
  if (knows_requests && sequence > client.requested) {
    report(at, node, validity,
           show_node(node) + " applied " + name() + " at entry " + show(w.index) +
               ", which nobody had asked for");
  }
  if (sequence <= client.effective) {
    report(at, node, integrity,
           show_node(node) + " applied " + name() + " at entry " + show(w.index) +
               " after request " + show(client.effective) + " had taken effect at entry " +
               show(client.index));
    return;
  }
  client.effective = sequence;
  client.index = w.index;
}

void ProtocolChecks::State::restored(Time at, NodeId node, const Witness& w) {
  if (w.index != 0) agree(at, node, w, "restored");
  NodeLog& log = logs[index(node)];
  log.applied = w.index;
  const bool agrees = log.knows(w.index) && log.chain(w.index) == w.chain;
  if (agrees) return;  // entries after the snapshot stay
  if (log.leads) {
    report(at, node, append_only,
           show_node(node) + " replaced its log by a snapshot while it led term " + show(log.term));
  }
  log.start_at(w.index, w.chain, true);
}

ProtocolChecks::ProtocolChecks(std::uint16_t nodes) : state_(std::make_unique<State>(nodes)) {}
ProtocolChecks::~ProtocolChecks() = default;
ProtocolChecks::ProtocolChecks(const ProtocolChecks& other)
    : state_(std::make_unique<State>(*other.state_)) {}
ProtocolChecks::ProtocolChecks(ProtocolChecks&&) noexcept = default;
ProtocolChecks& ProtocolChecks::operator=(const ProtocolChecks& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}
ProtocolChecks& ProtocolChecks::operator=(ProtocolChecks&&) noexcept = default;

void ProtocolChecks::observe(Time at, NodeId node, const Witness& w) {
  switch (w.kind) {
    case WitnessKind::became_leader:
      state_->became_leader(at, node, w);
      break;
    case WitnessKind::stepped_down:
      state_->logs[index(node)].leads = false;
      break;
    case WitnessKind::appended:
      state_->appended(at, node, w);
      break;
    case WitnessKind::truncated:
      state_->truncated(at, node, w);
      break;
    case WitnessKind::committed:
      state_->committed(at, node, w);
      break;
    case WitnessKind::applied:
      state_->applied(at, node, w);
      break;
    case WitnessKind::restored:
      state_->restored(at, node, w);
      break;
  }
}

void ProtocolChecks::restarted(NodeId node) {
  NodeLog& log = state_->logs[index(node)];
  log.start_at(0, 0, true);
  log.applied = 0;
  log.leads = false;
}

void ProtocolChecks::requested(const RequestId& id) {
  state_->knows_requests = true;
  std::uint64_t& latest = state_->clients[index(id.client)].requested;
  latest = std::max(latest, id.sequence);
}

const std::vector<ProtocolViolation>& ProtocolChecks::violations() const {
  return state_->violations;
}
std::uint64_t ProtocolChecks::violation_count() const { return state_->count; }

}  // namespace tribunal::sut
