// Values: order, hash, text and interning.
#include "history/value.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/history/support.h"

namespace tribunal::history {
namespace {

TEST(Value, ShowsAsEdn) {
  EXPECT_EQ(Value{}.show(), "nil");
  EXPECT_EQ(Value::boolean(true).show(), "true");
  EXPECT_EQ(Value::integer(INT64_MIN).show(), "-9223372036854775808");
  EXPECT_EQ(Value::real(2).show(), "2.0");
  EXPECT_EQ(Value::real(0.1).show(), "0.1");
  EXPECT_EQ(Value::real(-1e300).show(), "-1e+300");
  EXPECT_EQ(Value::real(-INFINITY).show(), "##-Inf");
  EXPECT_EQ(Value::string("a\"\n\x01").show(), R"("a\"\n\u0001")");
  EXPECT_EQ(Value::keyword("read").show(), ":read");
  EXPECT_EQ(Value::symbol("x").show(), "x");
  EXPECT_EQ(Value::pair(Value::integer(1), Value{}).show(), "[1 nil]");
  EXPECT_EQ(Value::list({Value::integer(1)}).show(), "(1)");
  EXPECT_EQ(Value::set({Value::integer(2), Value::integer(1), Value::integer(2)}).show(), "#{1 2}");
  EXPECT_EQ(
      Value::map({Value::keyword("b"), Value::integer(2), Value::keyword("a"), Value{}}).show(),
      "{:a nil, :b 2}");
}

TEST(Value, TagsWhatEdnCannotSpell) {
  EXPECT_EQ(Value::keyword("two words").show(), R"(#tribunal/keyword "two words")");
  EXPECT_EQ(Value::symbol("nil").show(), R"(#tribunal/symbol "nil")");
  EXPECT_EQ(Value::symbol("-1").show(), R"(#tribunal/symbol "-1")");
  EXPECT_EQ(Value::string("\xff\x00"
                          "a")
                .show(),
            R"(#tribunal/bytes "ff")");
  EXPECT_EQ(Value::string(std::string_view("\xff\x00", 2)).show(), R"(#tribunal/bytes "ff00")");
}

TEST(Value, LastOfRepeatedKeysInAMapWins) {
  const Value map = Value::map({Value::integer(1), Value::integer(10), Value::integer(0), Value{},
                                Value::integer(1), Value::integer(11)});
  EXPECT_EQ(map.show(), "{0 nil, 1 11}");
}

TEST(Value, OrdersByKindThenContent) {
  const std::vector<Value> ascending{
      Value{},
      Value::boolean(false),
      Value::boolean(true),
      Value::integer(INT64_MIN),
      Value::integer(-1),
      Value::integer(0),
      Value::integer(INT64_MAX),
      Value::real(-INFINITY),
      Value::real(-1.5),
      Value::real(-0.0),
      Value::real(0.0),
      Value::real(INFINITY),
      Value::real(NAN),
      Value::string(""),
      Value::string("a"),
      Value::string("a\x80"),  // bytes compare unsigned
      Value::keyword("a"),
      Value::symbol("a"),
      Value::vector({}),
      Value::vector({Value::integer(1)}),
      Value::vector({Value::integer(1), Value{}}),
      Value::vector({Value::integer(2)}),
      Value::list({}),
      Value::set({}),
      Value::map({}),
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const int c = compare(ascending[i], ascending[j]);
      EXPECT_EQ(c < 0, i < j) << ascending[i].show() << " " << ascending[j].show();
      EXPECT_EQ(c == 0, i == j);
      EXPECT_EQ(ascending[i].hash() == ascending[j].hash(), i == j);
    }
  }
}

TEST(Value, HashesTheSameOnEveryMachine) {
  EXPECT_EQ(Value::integer(7).hash(), 0x29cd48188ce0b643ULL);
  EXPECT_EQ(Value::pair(Value::string("x"), Value::keyword("x")).hash(), 0x20daa8ed0e5e54f6ULL);
}

TEST(ValuePool, GivesEqualRefsExactlyToEqualValues) {
  testing::Random random(7);
  ValuePool pool;
  std::vector<Value> values;
  std::vector<ValueRef> refs;
  for (int i = 0; i < 2000; ++i) {
    values.push_back(testing::random_value(random, 3));
    refs.push_back(pool.intern(values.back()));
    EXPECT_EQ(pool.value(refs.back()), values.back());
    EXPECT_EQ(pool.hash(refs.back()), values.back().hash());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); j += 7) {
      EXPECT_EQ(refs[i] == refs[j], values[i] == values[j]);
    }
  }
}

TEST(ValuePool, HoldsNilBooleansAndIntegersOf60BitsInPlace) {
  ValuePool pool;
  constexpr std::int64_t limit = 1LL << 59;
  for (const std::int64_t i : {std::int64_t{0}, std::int64_t{-1}, limit - 1, -limit}) {
    EXPECT_EQ(pool.value(pool.intern(Value::integer(i))).as_integer(), i);
  }
  pool.intern(Value{});
  pool.intern(Value::boolean(true));
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_TRUE(pool.intern(Value{}).is_nil());
  EXPECT_FALSE(pool.intern(Value::integer(0)).is_nil());
  EXPECT_FALSE(pool.intern(Value::boolean(false)).is_nil());
  for (const std::int64_t i : {limit, -limit - 1, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(pool.value(pool.intern(Value::integer(i))).as_integer(), i);
  }
  EXPECT_EQ(pool.size(), 4U);
}

}  // namespace
}  // namespace tribunal::history
