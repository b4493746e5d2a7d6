// Writes the sample pages into a directory: for the browser test, and for looking at them.
//   report_samples DIRECTORY [OPERATIONS]
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/browser/confluence_samples.h"
#include "tests/browser/samples.h"

namespace {

using tribunal::reports::testing::Sample;

bool write(const std::string& directory, const std::string& name, const Sample& sample) {
  const std::string path = directory + "/" + name;
  std::ofstream(path + ".html", std::ios::binary)
      << tribunal::reports::html_report(sample.results, sample.history);
  std::ofstream(path + ".json", std::ios::binary)
      << tribunal::reports::results_json(sample.results, sample.history);
  std::ofstream text(path + ".txt", std::ios::binary);
  text << tribunal::reports::terminal_summary(sample.results, sample.history, path + ".html", true);
  if (!text) std::fprintf(stderr, "cannot write %s.*\n", path.c_str());
  return text.good();
}

bool write(const std::string& directory, const std::string& name,
           const tribunal::reports::ConfluenceReport& report) {
  const std::string path = directory + "/" + name;
  std::ofstream(path + ".html", std::ios::binary) << tribunal::reports::confluence_html(report);
  std::ofstream(path + ".json", std::ios::binary) << tribunal::reports::confluence_json(report);
  std::ofstream text(path + ".txt", std::ios::binary);
  text << tribunal::reports::confluence_text(report, true);
  if (!text) std::fprintf(stderr, "cannot write %s.*\n", path.c_str());
  return text.good();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tribunal::reports::testing;
  if (argc < 2) {
    std::fprintf(stderr, "usage: report_samples DIRECTORY [OPERATIONS]\n");
    return 64;
  }
  const std::string directory = argv[1];
  const auto operations = static_cast<std::uint32_t>(argc > 2 ? std::stoul(argv[2]) : 20'000);
  const bool written =
      write(directory, "valid", valid_run()) && write(directory, "stale", stale_read()) &&
      write(directory, "lost", lost_write_under_partition()) &&
      write(directory, "several", several_anomalies()) &&
      write(directory, "undecided", undecided_file()) && write(directory, "hostile", hostile()) &&
      write(directory, "many", many(operations)) &&
      write(directory, "chosen-names", chosen_names()) &&
      write(directory, "minted-ids", minted_ids()) &&
      write(directory, "counted-up", counted_up()) &&
      write(directory, "three-replicas", three_replicas()) &&
      write(directory, "tangled", tangled()) && write(directory, "suspicion", suspicion()) &&
      write(directory, "broken-initially", broken_initially()) &&
      write(directory, "hostile-specification", hostile_specification());
  return written ? 0 : 1;
}
