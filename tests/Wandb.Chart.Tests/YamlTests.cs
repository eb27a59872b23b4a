using System.Text.RegularExpressions;

namespace Wandb.Chart.Tests;

/// <summary>
/// kubectl and Helm read YAML 1.1, in which a bare <c>n</c>, <c>yes</c> or <c>off</c> is a truth value, also as a key: a field <c>n</c> of a schema
/// became one called <c>false</c>. Our own reader is of YAML 1.2 and does not notice.
/// </summary>
public sealed partial class YamlTests
{
    private static readonly string[] Folders = ["crds", "deploy", "samples", "charts"];

    [Fact]
    public void No_bare_word_is_a_truth_value_to_older_readers_and_a_text_to_newer_ones()
    {
        var files = Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.yaml", SearchOption.AllDirectories)).ToList();
        Assert.True(files.Count > 20);

        Assert.Equal([], files.SelectMany(file => File.ReadLines(file).Select((line, index) => (line, index)).Where(one => TruthPattern().IsMatch(one.line))
            .Select(one => $"{Path.GetRelativePath(Repository.Root, file)}:{one.index + 1}: {one.line.Trim()}")));
    }

    [Theory]
    [InlineData("  n:", true)]
    [InlineData("  - n: 1", true)]
    [InlineData("{n: 1}", true)]
    [InlineData("  mode: off", true)]
    [InlineData("  mode: No # why", true)]
    [InlineData("  enum: [on, other]", true)]
    [InlineData("  \"n\":", false)]
    [InlineData("  name: on-call", false)]
    [InlineData("  description: turn it on, or off.", false)]
    public void Bare_truth_values_are_found(string line, bool isOne) => Assert.Equal(isOne, TruthPattern().IsMatch(line));

    [GeneratedRegex(@"^[^#""']*(?:(?:^\s*|[{,]\s*|-\s+)(?:y|n|yes|no|on|off)\s*:(?:\s|$)|(?::\s+|^\s*-\s+)(?:y|n|yes|no|on|off)\s*(?:$|#|[},])|\[(?:[^\]]*,)?\s*(?:y|n|yes|no|on|off)\s*[,\]])", RegexOptions.IgnoreCase)]
    private static partial Regex TruthPattern();
}
