// A second oracle that has nothing in common with search or brute force: linearizability as a
// formula. Every operation gets a position in time; a read of v in register k needs a write of v to
// k before it with no other write to k in between (or the initial value, and no write before it).
// Z3 decides whether such positions exist. Registers, compare-and-set, transactions and locks are
// all of this kind.
#include <algorithm>

#include <gtest/gtest.h>
#include <z3++.h>

#include "history/files.h"
#include "tests/checker/brute_force.h"
#include "tests/checker/random_histories.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using history::Value;
using testing_support::BruteForce;
using testing_support::Generator;
using testing_support::PlainOp;

struct Access {
  Value reg;
  Value value;
  bool differs = false;  // a read of any other value
};

// An operation as what it reads of the state before it, and what it leaves behind.
struct Instant {
  std::vector<Access> reads;
  std::vector<Access> writes;
  bool torn = false;  // contradicts itself
};

Instant instant(const PlainOp& op, const Options& options) {
  Instant made;
  const auto nothing_seen = [&](const Value& v) {
    return !op.must_happen || (v.is_nil() && options.nil_read == NilRead::any);
  };
  if (op.f == "read" && !nothing_seen(op.answer)) made.reads.push_back({{}, op.answer});
  if (op.f == "write") made.writes.push_back({{}, op.asked});
  if (op.f == "cas") {
    made.reads.push_back({{}, op.asked.items()[0], op.failed});
    if (!op.failed) made.writes.push_back({{}, op.asked.items()[1]});
  }
  if (op.f == "acquire" || op.f == "release") {
    const Value free;
    const Value held = Value::boolean(true);
    made.reads.push_back({{}, op.f == "acquire" ? free : held});
    made.writes.push_back({{}, op.f == "acquire" ? held : free});
  }
  if (op.f != "txn") return made;
  for (std::size_t i = 0; i < op.asked.items().size(); ++i) {
    const std::vector<Value>& micro = op.asked.items()[i].items();
    const auto own = std::find_if(made.writes.begin(), made.writes.end(),
                                  [&](const Access& w) { return w.reg == micro[1]; });
    if (micro[0].text() == "write") {
      if (own != made.writes.end()) made.writes.erase(own);
      made.writes.push_back({micro[1], micro[2]});
      continue;
    }
    if (!op.must_happen) continue;
    const Value seen = op.answer.items()[i].items()[2];
    if (nothing_seen(seen)) continue;
    if (own == made.writes.end()) made.reads.push_back({micro[1], seen});
    if (own != made.writes.end() && !(own->value == seen)) made.torn = true;
  }
  return made;
}

class Formula {
 public:
  Formula(const std::vector<PlainOp>& ops, const Options& options)
      : solver_(context_, "QF_IDL"), ops_(ops) {
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const std::string n = std::to_string(i);
      instants_.push_back(instant(ops[i], options));
      at_.push_back(context_.int_const(("at" + n).c_str()));
      happened_.push_back(context_.bool_const(("happened" + n).c_str()));
      if (ops[i].must_happen) solver_.add(happened_[i]);
      if (instants_[i].torn) solver_.add(!happened_[i]);
    }
    for (std::size_t i = 0; i < ops.size(); ++i) {
      for (std::size_t j = 0; j < ops.size(); ++j) {
        if (i < j) solver_.add(at_[i] != at_[j]);
        if (ops[i].ret < ops[j].call) solver_.add(at_[i] < at_[j]);
      }
      for (const Access& read : instants_[i].reads) {
        solver_.add(z3::implies(happened_[i], explained(i, read, options)));
      }
    }
  }

  bool satisfiable() { return solver_.check() == z3::sat; }

 private:
  z3::expr explained(std::size_t reader, const Access& read, const Options& options) {
    z3::expr some = context_.bool_val(false);
    for (std::size_t w = 0; w < ops_.size(); ++w) {
      for (const Access& write : instants_[w].writes) {
        if (w == reader || !(write.reg == read.reg)) continue;
        if ((write.value == read.value) == read.differs) continue;
        some = some || (happened_[w] && at_[w] < at_[reader] && none_between(&w, reader, read));
      }
    }
    if ((initial(read.reg, options) == read.value) != read.differs) {
      some = some || none_between(nullptr, reader, read);
    }
    return some;
  }

  z3::expr none_between(const std::size_t* writer, std::size_t reader, const Access& read) {
    z3::expr none = context_.bool_val(true);
    for (std::size_t other = 0; other < ops_.size(); ++other) {
      if (other == reader || (writer != nullptr && other == *writer)) continue;
      for (const Access& write : instants_[other].writes) {
        if (!(write.reg == read.reg)) continue;
        z3::expr between = happened_[other] && at_[other] < at_[reader];
        if (writer != nullptr) between = between && at_[*writer] < at_[other];
        none = none && !between;
      }
    }
    return none;
  }

  static Value initial(const Value& reg, const Options& options) {
    const Value given = options.initial.value_or(Value{});
    if (options.model != "multi-register") return given;
    if (given.is_nil()) return {};
    for (std::size_t i = 0; i + 1 < given.items().size(); i += 2) {
      if (given.items()[i] == reg) return given.items()[i + 1];
    }
    return {};
  }

  z3::context context_;
  z3::solver solver_;
  const std::vector<PlainOp>& ops_;
  std::vector<Instant> instants_;
  std::vector<z3::expr> at_;
  std::vector<z3::expr> happened_;
};

class AsAFormula : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Models, AsAFormula,
                         testing::Values("register", "cas-register", "multi-register", "mutex"),
                         [](const auto& model) {
                           std::string name = model.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Larger histories than brute force can take.
TEST_P(AsAFormula, LinearizabilityIsDecidedTheSame) {
  const std::uint64_t cases = scaled(200, 20);
  std::uint64_t invalid = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    Generator generator(GetParam(), seed + 6'000'000);
    const history::History history = generator.history(seed % 2 == 0 ? 9 : 14);
    const auto check = check_linearizable(history, generator.options());
    ASSERT_TRUE(check.ok());
    const BruteForce decoded(history, generator.options());
    bool expected = true;
    for (int key = 0; key < 2; ++key) {
      std::vector<PlainOp> ops;
      for (const PlainOp& op : decoded.ops()) {
        if (op.key == key) ops.push_back(op);
      }
      expected = Formula(ops, generator.options()).satisfiable() && expected;
    }
    std::string text;
    history::write_edn(history, text);
    ASSERT_EQ(check->validity, expected ? Validity::valid : Validity::invalid)
        << "seed " << seed << "\n"
        << text;
    invalid += expected ? 0 : 1;
  }
  EXPECT_GT(invalid, cases / 6);
  EXPECT_LT(invalid, cases * 5 / 6);
}

}  // namespace
}  // namespace tribunal::checker
