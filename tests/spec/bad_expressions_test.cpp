// Errors in conditions and values.
#include "tests/spec/bad_input.h"

namespace tribunal::spec {
namespace {

TEST(BadExpressions, SayWhatIsWrongAndWhatToWrite) {
  expect_shown({
      {R"(invariant j: true)",
       R"(t.icf:5:18: error: expected ';' after the invariant
invariant j: true
                 ^)"},
      {R"(invariant j: top;)",
       R"(t.icf:5:14: error: the invariant must be bool, but this is int; compare it, as in '... > 0'
invariant j: top;
             ^^^)"},
      {R"(invariant j: mode;)",
       R"(t.icf:5:14: error: the invariant must be bool, but this is Mode; compare it, as in '... == x'
invariant j: mode;
             ^^^^)"},
      {R"(invariant j: idle;)",
       R"(t.icf:5:14: error: the invariant must be bool, but this is Mode; compare it, as in '... == x'
invariant j: idle;
             ^^^^)"},
      {R"(invariant j: User;)",
       R"(t.icf:5:14: error: 'User' is a type, not a value; bind a variable to its elements, as in 'forall x: User . ...'
invariant j: User;
             ^^^^)"},
      {R"(invariant j: mode == idel;)",
       R"(t.icf:5:22: error: unknown name 'idel'; did you mean 'idle'?
invariant j: mode == idel;
                     ^^^^)"},
      {R"(invariant j: mode < busy;)",
       R"(t.icf:5:14: error: each side of '<' must be int, but this is Mode; such values can only be compared, with == and !=
invariant j: mode < busy;
             ^^^^)"},
      {R"(invariant j: mode == 1;)",
       R"(t.icf:5:14: error: '==' cannot compare Mode with int; both sides must have the same type
invariant j: mode == 1;
             ^^^^^^^^^)"},
      {R"(invariant j: top == true;)",
       R"(t.icf:5:14: error: '==' cannot compare int with bool; a bool is a condition already: write it alone, or 'not' before it
invariant j: top == true;
             ^^^^^^^^^^^)"},
      {R"(invariant j: forall u: User . u == 1;)",
       R"(t.icf:5:31: error: '==' cannot compare User with int; both sides must have the same type
invariant j: forall u: User . u == 1;
                              ^^^^^^)"},
      {R"(invariant j: forall u: User . u;)",
       R"(t.icf:5:31: error: the body of 'forall' must be bool, but this is User; compare it, as in '... == x'
invariant j: forall u: User . u;
                              ^)"},
      {R"(invariant j: forall u: User bal[u] > 0;)",
       R"(t.icf:5:29: error: expected '.' between what 'forall' binds and its body, found 'bal'
invariant j: forall u: User bal[u] > 0;
                            ^^^)"},
      {R"(invariant j: forall u, v: User. bal[u] == bal[w];)",
       R"(t.icf:5:47: error: unknown name 'w'; valid: u, v, bal, busy, idle, in, limit, mode, name, seen, top, true, ...
invariant j: forall u, v: User. bal[u] == bal[w];
                                              ^)"},
      {R"(invariant j: forall u: 3 . true;)",
       R"(t.icf:5:24: error: expected the type of the bound variable (int, bool, a sort or an enum), found '3'
invariant j: forall u: 3 . true;
                       ^)"},
      {R"(invariant j: sum u: User . seen[u];)",
       R"(t.icf:5:28: error: the body of 'sum' must be int, but this is bool; 'count x: S . ...' counts for how many something holds
invariant j: sum u: User . seen[u];
                           ^^^^^^^)"},
      {R"(invariant j: top > sum u: User . seen[u];)",
       R"(t.icf:5:34: error: the body of 'sum' must be int, but this is bool; 'count x: S . ...' counts for how many something holds
invariant j: top > sum u: User . seen[u];
                                 ^^^^^^^)"},
      {R"(invariant j: (count u: User . bal[u]) > 1;)",
       R"(t.icf:5:31: error: the body of 'count' must be bool, but this is int; compare it, as in '... > 0'
invariant j: (count u: User . bal[u]) > 1;
                              ^^^^^^)"},
      {R"(invariant j: (maxof u: User . bal[u] else 0) > 1;)",
       R"(t.icf:5:29: error: 'maxof' needs 'where' and a condition before '.', found '.'
invariant j: (maxof u: User . bal[u] else 0) > 1;
                            ^)"},
      {R"(invariant j: (maxof u, v: User where seen[u] . bal[u] else 0) > 1;)",
       R"(t.icf:5:24: error: 'maxof' binds one variable only; put another 'maxof' into its body
invariant j: (maxof u, v: User where seen[u] . bal[u] else 0) > 1;
                       ^)"},
      {R"(invariant j: (maxof u: User where seen[u] . bal[u]) > 1;)",
       R"(t.icf:5:51: error: expected 'else' and what 'maxof' is where nothing meets the condition, found ')'
invariant j: (maxof u: User where seen[u] . bal[u]) > 1;
                                                  ^)"},
      {R"(invariant j: not top;)",
       R"(t.icf:5:18: error: what 'not' negates must be bool, but this is int; compare it, as in '... > 0'
invariant j: not top;
                 ^^^)"},
      {R"(invariant j: top and true;)",
       R"(t.icf:5:14: error: what 'and' combines must be bool, but this is int; compare it, as in '... > 0'
invariant j: top and true;
             ^^^)"},
      {R"(invariant j: true and top + 1;)",
       R"(t.icf:5:23: error: what 'and' combines must be bool, but this is int; compare it, as in '... > 0'
invariant j: true and top + 1;
                      ^^^^^^^)"},
      {R"(invariant j: top + true > 1;)",
       R"(t.icf:5:20: error: each side of '+' must be int, but this is bool; 'count x: S . ...' counts for how many something holds
invariant j: top + true > 1;
                   ^^^^)"},
      {R"(invariant j: -true;)",
       R"(t.icf:5:15: error: what '-' negates must be int, but this is bool; 'count x: S . ...' counts for how many something holds
invariant j: -true;
              ^^^^)"},
      {R"(invariant j: top = 1;)",
       R"(t.icf:5:18: error: '=' does not compare; write '=='
invariant j: top = 1;
                 ^)"},
      {R"(invariant j: top := 1;)",
       R"(t.icf:5:18: error: ':=' assigns, in a statement; write '==' to compare
invariant j: top := 1;
                 ^^)"},
      {R"(invariant j: 1 < top < 5;)",
       R"(t.icf:5:22: error: comparisons do not chain; write 'a < b and b < c'
invariant j: 1 < top < 5;
                     ^)"},
      {R"(invariant j: top == not true;)",
       R"(t.icf:5:21: error: 'not' binds less tightly than the operator before it; put '(not ...)' into parentheses
invariant j: top == not true;
                    ^^^)"},
      {R"(invariant j: top > max(1, 2);)",
       R"(t.icf:5:20: error: 'max' declares a variable; the greatest of many values is 'maxof x: S where ... . ... else ...'
invariant j: top > max(1, 2);
                   ^^^)"},
      {R"(invariant j: seen(u);)",
       R"(t.icf:5:18: error: there are no functions; the cell of a variable is 'seen[...]'
invariant j: seen(u);
                 ^)"},
      {R"(invariant j: limit[1] > 2;)",
       R"(t.icf:5:14: error: 'limit' is no variable and has no indices; leave out the brackets
invariant j: limit[1] > 2;
             ^^^^^^^^)"},
      {R"(invariant j: if top > 1;)",
       R"(t.icf:5:14: error: 'if' is a statement; a condition that holds only sometimes is 'a => b'
invariant j: if top > 1;
             ^^)"},
      {R"(invariant j: forall a: User where . true;)",
       R"(t.icf:5:35: error: expected an expression, found '.'
invariant j: forall a: User where . true;
                                  ^)"},
  });
}

TEST(ForeignOperators, AreNamedWithTheirReplacement) {
  expect_shown({
      {R"(invariant j: top > 1 && true;)",
       R"(t.icf:5:22: error: '&&' means nothing here; write 'and'
invariant j: top > 1 && true;
                     ^^)"},
      {R"(invariant j: !true;)",
       R"(t.icf:5:14: error: '!' means nothing here; write 'not'
invariant j: !true;
             ^)"},
      {R"(invariant j: true -> true;)",
       R"(t.icf:5:19: error: '->' means nothing here; write '=>' for 'implies'
invariant j: true -> true;
                  ^^)"},
      {R"(invariant j: top / 2 > 1;)",
       R"(t.icf:5:18: error: '/' means nothing here; there is no division; multiply the other side instead
invariant j: top / 2 > 1;
                 ^)"},
      {R"(invariant j: top > 1.5;)",
       R"(t.icf:5:20: error: there are only whole numbers; count in a smaller unit, such as cents
invariant j: top > 1.5;
                   ^^^)"},
      {R"(invariant j: top > 2x;)",
       R"(t.icf:5:20: error: a number runs into letters in '2x'; names begin with a letter or '_', numbers are digits only
invariant j: top > 2x;
                   ^^)"},
      {R"(invariant j: top > "a";)",
       R"(t.icf:5:20: error: '"' means nothing here; there are no strings; use an int, an enum or the elements of a sort
invariant j: top > "a";
                   ^)"},
      {R"(invariant j: top > 9223372036854775808;)",
       R"(t.icf:5:20: error: the number does not fit into 64 bits; the greatest is 9223372036854775807
invariant j: top > 9223372036854775808;
                   ^^^^^^^^^^^^^^^^^^^)"},
      {R"(invariant j: top @ 2;)",
       R"(t.icf:5:18: error: unexpected character '@'; outside of comments there are only ASCII letters, digits, '_' and operators
invariant j: top @ 2;
                 ^)"},
      {R"(invariant j: top > 1 // why)",
       R"(t.icf:5:22: error: '//' means nothing here; a comment begins with '#'
invariant j: top > 1 // why
                     ^^)"},
      {R"(invariant j: top > 1 AND top < 2;)",
       R"(t.icf:5:22: error: 'AND' is no operator; write 'and'
invariant j: top > 1 AND top < 2;
                     ^^^)"},
      {R"(invariant j: top > 1 implies top > 0;)",
       R"(t.icf:5:22: error: 'implies' is no operator; write '=>'
invariant j: top > 1 implies top > 0;
                     ^^^^^^^)"},
      {R"(invariant j: foral u: User . bal[u] > 0;)",
       R"(t.icf:5:14: error: unknown word 'foral'; did you mean 'forall'?
invariant j: foral u: User . bal[u] > 0;
             ^^^^^)"},
      {R"(invariant j: True;)",
       R"(t.icf:5:14: error: unknown name 'True'; did you mean 'true'?
invariant j: True;
             ^^^^)"},
      {R"(invariant j: top > -99999999999999999999;)",
       R"(t.icf:5:20: error: the number does not fit into 64 bits; the least is -9223372036854775808
invariant j: top > -99999999999999999999;
                   ^^^^^^^^^^^^^^^^^^^^^)"},
      {R"(invariant j: 'a';)",
       R"(t.icf:5:14: error: ''' means nothing here; there are no strings; use an int, an enum or the elements of a sort
invariant j: 'a';
             ^)"},
  });
}

TEST(BadBinders, SayHowFarTheyReachAndWhatIsMissing) {
  expect_shown({
      {R"(invariant j: for all u: User . bal[u] >= 0;)",
       R"(t.icf:5:14: error: 'for all' is one word; write 'forall'
invariant j: for all u: User . bal[u] >= 0;
             ^^^^^^^)"},
      {R"(invariant j: (exists u: User where seen[u]);)",
       R"(t.icf:5:43: error: 'exists' needs '.' and a body behind its condition, found ')'; if there is nothing more to say, write '.' instead of 'where'
invariant j: (exists u: User where seen[u]);
                                          ^)"},
      {R"(invariant j: (sum u: User where seen[u]) > 1;)",
       R"(t.icf:5:40: error: 'sum' needs '.' and a body behind its condition, found ')'; write '. VALUE'
invariant j: (sum u: User where seen[u]) > 1;
                                       ^)"},
      {R"(invariant j: forall a: User, b: User . bal[a] == bal[b];)",
       R"(t.icf:5:28: error: variables of one sort are bound together; write 'forall a, b: User'
invariant j: forall a: User, b: User . bal[a] == bal[b];
                           ^)"},
      {R"(invariant j: forall a: User, m: Mode . in[a, m];)",
       R"(t.icf:5:28: error: one 'forall' binds variables of one sort; put a second 'forall' into its body
invariant j: forall a: User, m: Mode . in[a, m];
                           ^)"},
      {R"(invariant j: count u: User . seen[u] < 3;)",
       R"(t.icf:5:30: error: each side of '<' must be int, but this is bool; 'count' takes in all that follows: put it into parentheses, as in '(count x: S . ...) < 3'
invariant j: count u: User . seen[u] < 3;
                             ^^^^^^^)"},
      {R"(invariant j: count u: User . seen[u] + 1 <= 3;)",
       R"(t.icf:5:30: error: each side of '+' must be int, but this is bool; 'count' takes in all that follows: put it into parentheses, as in '(count x: S . ...) < 3'
invariant j: count u: User . seen[u] + 1 <= 3;
                             ^^^^^^^)"},
      {R"(invariant j: count u: User . seen[u] == 3;)",
       R"(t.icf:5:30: error: '==' cannot compare bool with int; 'count' takes in all that follows: put it into parentheses, as in '(count x: S . ...) < 3'
invariant j: count u: User . seen[u] == 3;
                             ^^^^^^^^^^^^)"},
      {R"(invariant j: sum u: User . bal[u] < 3;)",
       R"(t.icf:5:28: error: the body of 'sum' must be int, but this is bool; 'sum' takes in all that follows: put it into parentheses, as in '(sum x: S . ...) < 3'
invariant j: sum u: User . bal[u] < 3;
                           ^^^^^^^^^^)"},
      {R"(invariant j: (count u: User . (seen[u] < 3)) > 1;)",
       R"(t.icf:5:32: error: each side of '<' must be int, but this is bool; 'count x: S . ...' counts for how many something holds
invariant j: (count u: User . (seen[u] < 3)) > 1;
                               ^^^^^^^)"},
      {R"(invariant j: (count u: User . bal[u] < seen[u]) > 1;)",
       R"(t.icf:5:40: error: each side of '<' must be int, but this is bool; 'count x: S . ...' counts for how many something holds
invariant j: (count u: User . bal[u] < seen[u]) > 1;
                                       ^^^^^^^)"},
  });
}

}  // namespace
}  // namespace tribunal::spec
