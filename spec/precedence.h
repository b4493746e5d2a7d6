// How tightly operators bind; parser and printer agree on it.
#pragma once

#include <array>
#include <string_view>

#include "spec/ast.h"

namespace tribunal::spec {

struct Infix {
  std::string_view text;
  Operator op;
  int precedence;
};
inline constexpr int precedence_of_not = 4;
inline constexpr int precedence_of_comparisons = 5;  // which do not chain
inline constexpr int precedence_of_minus = 8;        // unary
inline constexpr std::array<Infix, 12> infixes{{
    {"=>", Operator::implies, 1},  // to the right; all others to the left
    {"or", Operator::or_, 2},
    {"and", Operator::and_, 3},
    {"==", Operator::equal, precedence_of_comparisons},
    {"!=", Operator::unequal, precedence_of_comparisons},
    {"<", Operator::less, precedence_of_comparisons},
    {"<=", Operator::less_equal, precedence_of_comparisons},
    {">", Operator::greater, precedence_of_comparisons},
    {">=", Operator::greater_equal, precedence_of_comparisons},
    {"+", Operator::add, 6},
    {"-", Operator::subtract, 6},
    {"*", Operator::multiply, 7},
}};

}  // namespace tribunal::spec
