#include "tests/checker/order_oracle.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tribunal::checker::testing_support {
namespace {

using Version = std::pair<Value, Value>;  // a register, and what was written to it

// A transaction as others see it.
struct Outside {
  std::vector<Version> reads;  // of what others left
  std::map<Value, Value> writes;
  bool torn = false;  // contradicts itself
};

Outside outside(const Txn& txn) {
  Outside made;
  for (const Micro& micro : txn.micros) {
    if (micro.write) {
      made.writes[micro.reg] = *micro.value;
    } else if (txn.must_happen && micro.value.has_value()) {
      const auto own = made.writes.find(micro.reg);
      if (own == made.writes.end()) made.reads.push_back({micro.reg, *micro.value});
      if (own != made.writes.end() && !(own->second == *micro.value)) made.torn = true;
    }
  }
  return made;
}

class Question {
 public:
  Question(const std::vector<Txn>& txns, const Registers& initial)
      : txns_(txns), initial_(initial) {
    made_.points = static_cast<std::uint32_t>(txns.size());
    for (std::uint32_t t = 0; t < txns.size(); ++t) {
      seen_.push_back(outside(txns[t]));
      for (const auto& version : seen_[t].writes) {
        writer_[version] = t;
        writers_[version.first].push_back(t);
      }
    }
  }

  void add_real_time() {
    for (std::uint32_t a = 0; a < txns_.size(); ++a) {
      for (std::uint32_t b = 0; b < txns_.size(); ++b) {
        const bool ended = txns_[a].must_happen && txns_[a].ret < txns_[b].call;
        if (ended) made_.edges.push_back({a, b});
      }
    }
  }

  // False: some read cannot be explained by any order.
  bool add_reads() {
    for (std::uint32_t t = 0; t < txns_.size(); ++t) {
      if (seen_[t].torn) return false;
      for (const Version& version : seen_[t].reads) {
        if (!add_read(t, version)) return false;
      }
    }
    return true;
  }

  const OrderQuestion& made() const { return made_; }

 private:
  bool add_read(std::uint32_t reader, const Version& version) {
    const auto found = writer_.find(version);
    if (found == writer_.end()) return add_first_read(reader, version);
    const std::uint32_t writer = found->second;
    if (writer == reader) return false;  // of what it writes only later
    made_.edges.push_back({writer, reader});
    for (const std::uint32_t other : writers_[version.first]) {
      if (other == reader || other == writer) continue;
      made_.clauses.push_back({{other, writer}, {reader, other}});
    }
    return true;
  }

  bool add_first_read(std::uint32_t reader, const Version& version) {
    const auto given = initial_.find(version.first);
    if (!(version.second == (given == initial_.end() ? Value{} : given->second))) return false;
    for (const std::uint32_t other : writers_[version.first]) {
      if (other != reader) made_.edges.push_back({reader, other});
    }
    return true;
  }

  const std::vector<Txn>& txns_;
  const Registers& initial_;
  std::vector<Outside> seen_;
  std::map<Version, std::uint32_t> writer_;
  std::map<Value, std::vector<std::uint32_t>> writers_;
  OrderQuestion made_;
};

Value register_of(const PlainOp& op, const Value& name) {
  return Value::pair(Value::integer(op.key), name);
}

}  // namespace

std::vector<Txn> transactions_of(const std::vector<PlainOp>& ops, const Options& options) {
  std::vector<Txn> txns;
  for (const PlainOp& op : ops) {
    Txn txn{op.call, op.ret, op.must_happen, {}};
    const auto add = [&](bool write, const Value& name, const Value& value) {
      const bool told =
          write || (op.must_happen && !(value.is_nil() && options.nil_read == NilRead::any));
      txn.micros.push_back(
          {write, register_of(op, name), told ? std::optional(value) : std::nullopt});
    };
    if (op.f == "read") add(false, {}, op.answer);
    if (op.f == "write") add(true, {}, op.asked);
    for (std::size_t i = 0; op.f == "txn" && i < op.asked.items().size(); ++i) {
      const std::vector<Value>& asked = op.asked.items()[i].items();
      const bool write = asked[0].text() == "write";
      const bool answered = op.must_happen && !write;
      add(write, asked[1], answered ? op.answer.items()[i].items()[2] : asked[2]);
    }
    txns.push_back(std::move(txn));
  }
  return txns;
}

Registers initial_registers(const std::vector<Txn>& txns, const Options& options) {
  const Value given = options.initial.value_or(Value{});
  Registers initial;
  for (const Txn& txn : txns) {
    for (const Micro& micro : txn.micros) {
      const Value& name = micro.reg.items()[1];
      if (options.model != "multi-register") initial[micro.reg] = given;
      if (options.model != "multi-register" || given.is_nil()) continue;
      for (std::size_t i = 0; i + 1 < given.items().size(); i += 2) {
        if (given.items()[i] == name) initial[micro.reg] = given.items()[i + 1];
      }
    }
  }
  return initial;
}

bool writes_are_unique(const std::vector<Txn>& txns, const Registers& initial) {
  std::set<Version> written;
  for (const Txn& txn : txns) {
    for (const Micro& micro : txn.micros) {
      if (!micro.write) continue;
      const auto given = initial.find(micro.reg);
      if (*micro.value == (given == initial.end() ? Value{} : given->second)) return false;
      if (!written.insert({micro.reg, *micro.value}).second) return false;
    }
  }
  return true;
}

OrderAnswer serial_order(const std::vector<Txn>& txns, const Registers& initial, RealTime real_time,
                         PrePass pre_pass) {
  Question question(txns, initial);
  if (!question.add_reads()) return {};
  if (real_time == RealTime::respected) question.add_real_time();
  return find_order(question.made(), pre_pass);
}

}  // namespace tribunal::checker::testing_support
