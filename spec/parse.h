// Reads a specification.
//
//   spec  := item*
//   item  := 'sort' ID '[' (INT|'auto') ']' ';'
//          | 'enum' ID '{' ID,+ '}' ';'
//          | 'const' ID '=' INT ';'
//          | kind ID ('[' type,+ ']')? (':' type)? ('=' literal)? ';'
//          | 'op' ID '(' (['fresh'|'self'] ID ':' type),* ')' ['requires' expr] '{' stmt* '}'
//          | 'invariant' ID ':' expr ';'
//          | 'onmerge' '{' stmt* '}'
//          | 'expect' ('confluent'|'not_confluent') ';'
//   kind  := 'counter' | 'max' | 'min' | 'gset' | 'tpset' | 'awset' | 'rwset' | 'lww'
//   type  := 'int' | 'bool' | the name of a sort or an enum
//   stmt  := cell ('+='|'-='|':=') expr ';' | ('add'|'remove') cell ';' | 'let' ID '=' expr ';'
//          | 'if' expr '{' stmt* '}' | 'forall' ID,+ ':' type ['where' expr] '{' stmt* '}'
//   expr  := infix, loosest first: => (to the right), or, and, not, comparisons (which do not
//            chain), + -, *, unary -; true, false, INT, ID, cell;
//            (forall|exists|sum|count) ID,+ ':' type ['where' expr] '.' expr;
//            (maxof|minof) ID ':' type 'where' expr '.' expr 'else' expr
//   cell  := ID ('[' expr,+ ']')?
//   literal: INT, true, false, a constant or a member of an enum
//
// '#' starts a comment that ends with the line. The body of forall, sum and so on reaches as far as
// it can. Items may use what is declared below them. Sorts, enums, members, constants and variables
// share one space of names, and nothing in scope hides another name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/ast.h"

namespace tribunal::spec {

// What a file may contain at most; more is an error.
inline constexpr std::size_t largest_file = 1U << 20U;  // bytes
inline constexpr std::uint32_t deepest_nesting = 200;   // of expressions and blocks
inline constexpr std::uint32_t largest_sort = 64;       // elements; members of an enum, too
// What an `auto` sort counts as towards most_cells.
inline constexpr std::uint32_t largest_auto_sort = 16;
inline constexpr std::uint64_t most_cells = 100'000;  // of all variables together

struct Diagnostic {
  Position at{};
  std::uint32_t length = 1;  // of what the carets stand under, in bytes, at least 1
  std::string message;       // cause and remedy, one line
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// The first error, or the specification. Never fails otherwise: nesting deeper than 200, numbers
// beyond 64 bits, files beyond 1 MiB and invalid UTF-8 are errors as well.
Result<Spec, Diagnostic> parse(std::string_view text);

// "file:line:column: error: message", the line itself, and carets under it; three lines.
std::string show(const Diagnostic& diagnostic, std::string_view text, std::string_view file,
                 std::string_view severity = "error");

}  // namespace tribunal::spec
