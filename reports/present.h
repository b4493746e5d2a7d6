// How numbers, times and values are spelled for people. Shared by the terminal and the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "checker/verdict.h"
#include "history/history.h"
#include "reports/report.h"

namespace tribunal::reports {

std::string show_count(std::uint64_t n);                           // 12,345
std::string show_counted(std::uint64_t n, std::string_view noun);  // "1 read", "12,345 reads"
std::string show_share(std::uint64_t part,
                       std::uint64_t whole);  // "99.98 %", rounded down; "-" of none
std::string show_milliseconds(double ms);     // "0.412 ms", "12.3 ms", "5.02 s"
std::string show_seconds(Time time);          // "12.034567"; "-" without a time stamp
std::string show_instant(Time time);          // "12.034567 s"; "-" without a time stamp
std::string show_span(Duration duration);     // "60 s", "2 min 5 s", "350 ms"

// VIOLATED, HOLDS, UNDECIDED
std::string_view verdict_word(checker::Validity validity);

// "every expected model holds" and so on, with the names: the headline of every view.
std::string headline(const Results& results);

// The text of a value: a string without its quotes, everything else as EDN. Cut to about `limit`
// bytes at the border of a character, saying how much is missing.
std::string show_value(const history::Value& value, std::size_t limit);
std::string clip(std::string_view text, std::size_t limit);

// "17", "17 (returned 18)"-style text of what an operation asked for or got.
std::string show_operation_value(const history::History& history,
                                 const history::Operation& operation, std::size_t limit);

// "n3", or "" when the operation does not say whom it contacted.
std::string node_of(const history::History& history, const history::Operation& operation);

// Mode, workload, nemesis, cluster: what was run, one clause each, in that order; may be empty.
std::vector<std::string> run_clauses(const RunInfo& run);

}  // namespace tribunal::reports
