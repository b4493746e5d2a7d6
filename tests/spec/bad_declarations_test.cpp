// Errors outside of statements and expressions.
#include "tests/spec/bad_input.h"

namespace tribunal::spec {
namespace {

TEST(BadDeclarations, SayWhatIsWrongAndWhatToWrite) {
  expect_shown({
      {R"(sort User[2];)",
       R"(t.icf:5:6: error: 'User' is declared in line 1 already; choose another name
sort User[2];
     ^^^^)"},
      {R"(sort T[0];)",
       R"(t.icf:5:8: error: expected the size of the sort, a number from 1 to 64 or 'auto', found '0'
sort T[0];
       ^)"},
      {R"(sort T[65];)",
       R"(t.icf:5:8: error: expected the size of the sort, a number from 1 to 64 or 'auto', found '65'
sort T[65];
       ^^)"},
      {R"(sort T[many];)",
       R"(t.icf:5:8: error: expected the size of the sort, a number from 1 to 64 or 'auto', found 'many'
sort T[many];
       ^^^^)"},
      {R"(sort T;)",
       R"(t.icf:5:7: error: expected '[' and how many elements the sort has, such as [3] or [auto], found ';'
sort T;
      ^)"},
      {R"(sort if[3];)",
       R"(t.icf:5:6: error: 'if' is a reserved word and cannot be the name of a sort; choose another, such as 'my_if'
sort if[3];
     ^^)"},
      {R"(sort T[3])",
       R"(t.icf:5:10: error: expected ';' after the sort
sort T[3]
         ^)"},
      {R"(enum Mode2 { idle };)",
       R"(t.icf:5:14: error: 'idle' is declared in line 1 already; choose another name
enum Mode2 { idle };
             ^^^^)"},
      {R"(enum E { };)",
       R"(t.icf:5:10: error: expected the name of a member of the enum, found '}'
enum E { };
         ^)"},
      {R"(enum E { a b };)",
       R"(t.icf:5:12: error: expected '}' to close '{' of line 5, found 'b'
enum E { a b };
           ^)"},
      {R"(enum E { a };  enum F { x,)",
       R"(t.icf:5:27: error: expected the name of a member of the enum, found the end of the file
enum E { a };  enum F { x,
                          ^)"},
      {R"(const c = x;)",
       R"(t.icf:5:11: error: expected a number as the value of the constant, found 'x'
const c = x;
          ^)"},
      {R"(const c: 5;)",
       R"(t.icf:5:8: error: expected '=' and the value of the constant, found ':'
const c: 5;
       ^)"},
      {R"(const c = 99999999999999999999;)",
       R"(t.icf:5:11: error: the number does not fit into 64 bits; the greatest is 9223372036854775807
const c = 99999999999999999999;
          ^^^^^^^^^^^^^^^^^^^^)"},
      {R"(counter bal;)",
       R"(t.icf:5:9: error: 'bal' is declared in line 2 already; choose another name
counter bal;
        ^^^)"},
      {R"(counter idle;)",
       R"(t.icf:5:9: error: 'idle' is declared in line 1 already; choose another name
counter idle;
        ^^^^)"},
      {R"(counter c[int];)",
       R"(t.icf:5:11: error: an index must be of a sort or an enum, which are finite, not int; declare 'sort Key[3];' and use Key
counter c[int];
          ^^^)"},
      {R"(counter c[Usr];)",
       R"(t.icf:5:11: error: unknown type 'Usr'; did you mean 'User'?
counter c[Usr];
          ^^^)"},
      {R"(counter c: bool;)",
       R"(t.icf:5:12: error: 'c' is a counter, which holds int, not bool; use lww
counter c: bool;
           ^^^^)"},
      {R"(counter c := 1;)",
       R"(t.icf:5:11: error: ':=' does not begin an initial value; write '='
counter c := 1;
          ^^)"},
      {R"(counter c = true;)",
       R"(t.icf:5:13: error: the initial value of 'c' must be a number or a constant
counter c = true;
            ^^^^)"},
      {R"(counter c = idle;)",
       R"(t.icf:5:13: error: the initial value of 'c' must be a number or a constant
counter c = idle;
            ^^^^)"},
      {R"(gset g: User;)",
       R"(t.icf:5:9: error: 'g' is a gset; what its elements are stands in brackets: gset g[User]
gset g: User;
        ^^^^)"},
      {R"(gset g = 1;)",
       R"(t.icf:5:10: error: the initial value of 'g' must be 'true' (every element is in) or 'false' (none)
gset g = 1;
         ^)"},
      {R"(lww w;)",
       R"(t.icf:5:5: error: 'w' is an lww register, which needs a type: add ': int', ': bool', a sort or an enum
lww w;
    ^)"},
      {R"(lww w: User = 0;)",
       R"(t.icf:5:15: error: elements of a sort such as User have no names; leave the initial value out
lww w: User = 0;
              ^)"},
      {R"(lww w: Mode = limit;)",
       R"(t.icf:5:15: error: the initial value of 'w' must be a member of Mode
lww w: Mode = limit;
              ^^^^^)"},
      {R"(lww w: Mode = 3;)",
       R"(t.icf:5:15: error: the initial value of 'w' must be a member of Mode
lww w: Mode = 3;
              ^)"},
      {R"(lww w: string;)",
       R"(t.icf:5:8: error: unknown type 'string'; there are no strings; use an int, an enum or the elements of a sort
lww w: string;
       ^^^^^^)"},
      {R"(lww w[User: int;)",
       R"(t.icf:5:11: error: expected ']' to close '[' of line 5, found ':'
lww w[User: int;
          ^)"},
      {R"(lww forall: int;)",
       R"(t.icf:5:5: error: 'forall' is a reserved word and cannot be the name of a variable; choose another, such as 'my_forall'
lww forall: int;
    ^^^^^^)"},
      {R"(sort Big[64]; counter c[Big, Big, Big];)",
       R"(t.icf:5:23: error: with 'c' there are more than 100000 cells; declare smaller sorts or fewer indices
sort Big[64]; counter c[Big, Big, Big];
                      ^)"},
  });
}

TEST(BadItems, SayWhatIsWrongAndWhatToWrite) {
  expect_shown({
      {R"(invarient j: true;)",
       R"(t.icf:5:1: error: unknown item 'invarient'; did you mean 'invariant'?
invarient j: true;
^^^^^^^^^)"},
      {R"(transaction g() { })",
       R"(t.icf:5:1: error: unknown item 'transaction'; write 'op'
transaction g() { }
^^^^^^^^^^^)"},
      {R"(frobnicate x;)",
       R"(t.icf:5:1: error: unknown item 'frobnicate'; valid: sort, enum, const, counter, max, min, gset, tpset, awset, rwset, lww, op, invariant, onmerge, expect
frobnicate x;
^^^^^^^^^^)"},
      {R"(};)",
       R"(t.icf:5:1: error: '}' closes nothing; leave it out, or look for a '{' that is missing
};
^)"},
      {R"(;)",
       R"(t.icf:5:1: error: an extra ';'; leave it out
;
^)"},
      {R"(bal[u] += 1;)",
       R"(t.icf:5:1: error: a statement stands between the braces of an op or of 'onmerge'; move it there
bal[u] += 1;
^^^)"},
      {R"(op g() requires top { })",
       R"(t.icf:5:17: error: the guard must be bool, but this is int; compare it, as in '... > 0'
op g() requires top { }
                ^^^)"},
      {R"(op g() requires true)",
       R"(t.icf:5:21: error: expected an operator or '{' before the statements of the op, found the end of the file
op g() requires true
                    ^)"},
      {R"(op g() when top > 1 { })",
       R"(t.icf:5:8: error: the guard of an op begins with 'requires', not with 'when'
op g() when top > 1 { }
       ^^^^)"},
      {R"(op g() where top > 1 { })",
       R"(t.icf:5:8: error: the guard of an op begins with 'requires', not with 'where'
op g() where top > 1 { }
       ^^^^^)"},
      {R"(op g { })",
       R"(t.icf:5:6: error: expected '(' and the parameters of the op, or '()', found '{'
op g { }
     ^)"},
      {R"(op () { })",
       R"(t.icf:5:4: error: expected the name of an op, found '('
op () { }
   ^)"},
      {R"(op f() { })",
       R"(t.icf:5:4: error: 'f' is an op in line 3 already; choose another name
op f() { }
   ^)"},
      {R"(invariant j true;)",
       R"(t.icf:5:13: error: expected ':' and the condition of the invariant, found 'true'
invariant j true;
            ^^^^)"},
      {R"(invariant i: true;)",
       R"(t.icf:5:11: error: 'i' is an invariant in line 4 already; choose another name
invariant i: true;
          ^)"},
      {R"(invariant : true;)",
       R"(t.icf:5:11: error: expected the name of an invariant, found ':'
invariant : true;
          ^)"},
      {R"(onmerge { } onmerge { })",
       R"(t.icf:5:13: error: there is an 'onmerge' already; put all its statements into one
onmerge { } onmerge { }
            ^^^^^^^)"},
      {R"(onmerge;)",
       R"(t.icf:5:8: error: expected '{' after 'onmerge', found ';'
onmerge;
       ^)"},
      {R"(expect yes;)",
       R"(t.icf:5:8: error: expected 'confluent' or 'not_confluent', found 'yes'
expect yes;
       ^^^)"},
      {R"(expect confluent; expect confluent;)",
       R"(t.icf:5:19: error: there is an 'expect' already; leave one of them out
expect confluent; expect confluent;
                  ^^^^^^)"},
      {R"(expect confluent)",
       R"(t.icf:5:17: error: expected ';' after 'expect'
expect confluent
                ^)"},
      {R"(add seen[u];)",
       R"(t.icf:5:1: error: a statement stands between the braces of an op or of 'onmerge'; move it there
add seen[u];
^^^)"},
      {R"(top := 1;)",
       R"(t.icf:5:1: error: a statement stands between the braces of an op or of 'onmerge'; move it there
top := 1;
^^^)"},
  });
}

TEST(TypesAndValuesOfOtherLanguages, AreNamedWithTheirReplacement) {
  expect_shown({
      {R"(lww w: varchar;)",
       R"(t.icf:5:8: error: unknown type 'varchar'; there are no strings; use an int, an enum or the elements of a sort
lww w: varchar;
       ^^^^^^^)"},
      {R"(lww w: boolean;)",
       R"(t.icf:5:8: error: unknown type 'boolean'; write 'bool'
lww w: boolean;
       ^^^^^^^)"},
      {R"(lww w: float;)",
       R"(t.icf:5:8: error: unknown type 'float'; there are only whole numbers; count in a smaller unit, such as cents
lww w: float;
       ^^^^^)"},
      {R"(sort Text[2]; lww w: text;)",
       R"(t.icf:5:22: error: unknown type 'text'; did you mean 'Text'?
sort Text[2]; lww w: text;
                     ^^^^)"},
      {R"(lww w: int = null;)",
       R"(t.icf:5:14: error: there is no null; declare a set, such as 'gset has_w', and read 'w' only where 'has_w' holds
lww w: int = null;
             ^^^^)"},
      {R"(lww w[User]: User = none;)",
       R"(t.icf:5:21: error: there is no null; declare a set, such as 'gset has_w[...]', and read 'w[...]' only where 'has_w[...]' holds
lww w[User]: User = none;
                    ^^^^)"},
      {R"(lww w: Mode = none;)",
       R"(t.icf:5:15: error: there is no null; declare a member of Mode that stands for it
lww w: Mode = none;
              ^^^^)"},
      {R"(enum E { none }; lww w: Mode = none;)",
       R"(t.icf:5:32: error: the initial value of 'w' must be a member of Mode
enum E { none }; lww w: Mode = none;
                               ^^^^)"},
      {R"(lww w: User -> int;)",
       R"(t.icf:5:13: error: '->' means nothing here; an index stands in brackets; write 'w[User]: int'
lww w: User -> int;
            ^^)"},
      {R"(awset w: User -> bool;)",
       R"(t.icf:5:15: error: '->' means nothing here; an index stands in brackets; write 'w[User]'
awset w: User -> bool;
              ^^)"},
  });
}

TEST(BadBeginnings, SayWhatIsMissing) {
  expect_shown({
      {R"(set user[User];)",
       R"(t.icf:5:1: error: there are several kinds of sets: gset (nothing is removed), tpset (what was removed never returns), awset and rwset (of concurrent adds and removes, the add or the remove wins); when in doubt write 'awset'
set user[User];
^^^)"},
      {R"(expect not confluent;)",
       R"(t.icf:5:8: error: 'not confluent' is one word; write 'not_confluent'
expect not confluent;
       ^^^)"},
      {R"(invariant forall u: User . bal[u] >= 0;)",
       R"(t.icf:5:11: error: an invariant needs a name and ':' before its condition; write 'invariant NAME: ...'
invariant forall u: User . bal[u] >= 0;
          ^^^^^^)"},
      {R"(invariant not seen[u];)",
       R"(t.icf:5:11: error: an invariant needs a name and ':' before its condition; write 'invariant NAME: ...'
invariant not seen[u];
          ^^^)"},
      {R"(invariant bal[u] >= 0;)",
       R"(t.icf:5:11: error: an invariant needs a name and ':' before its condition; write 'invariant NAME: ...'
invariant bal[u] >= 0;
          ^^^)"},
      {R"(invariant (top > 1);)",
       R"(t.icf:5:11: error: an invariant needs a name and ':' before its condition; write 'invariant NAME: ...'
invariant (top > 1);
          ^)"},
      {R"(invariant for all u: User . bal[u] >= 0;)",
       R"(t.icf:5:11: error: an invariant needs a name and ':' before its condition; write 'invariant NAME: ...'
invariant for all u: User . bal[u] >= 0;
          ^^^)"},
      {R"(invariant forall: true;)",
       R"(t.icf:5:11: error: 'forall' is a reserved word and cannot be the name of an invariant; choose another, such as 'my_forall'
invariant forall: true;
          ^^^^^^)"},
      {R"(invariant j;)",
       R"(t.icf:5:12: error: expected ':' and the condition of the invariant, found ';'
invariant j;
           ^)"},
  });
}

}  // namespace
}  // namespace tribunal::spec
