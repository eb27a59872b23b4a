using System.Globalization;
using System.Text;
using Wandb.Sandbox.Trainer;

namespace Wandb.Benchmarks.Generate;

/// <summary>The presets. The two of scalars are those of the published comparison; the others take what is not the fast path.</summary>
internal static class RowShapes
{
    private const int Bins = 64;

    private static readonly string[] HistogramParts = ["_type", "values", "bins"];
    private static readonly string[] Networks = ["encoder", "decoder", "head"];
    private static readonly string[] Layers = ["attention", "mlp", "norm", "out"];
    private static readonly string[] Measures = ["loss", "grad_norm", "weight_norm", "update"];
    private static readonly string[] Tensors = ["weights", "gradients"];
    private static readonly string[] Words =
        ["the", "gradient", "norm", "of", "layer", "\"quoted\"", "naïve", "損失", "path\\to", "line\nend", "tab\tstop", "0.125", "step"];

    private static readonly string[][] Texts = [["prompt"], ["answer"], ["label"], ["path"], ["log"]];
    private static readonly int[] MostWordsOfText = [120, 200, 1, 6, 60];

    public static IReadOnlyList<RowShape> All { get; } =
    [
        new("100k", "big100k0", 100_000, Scalars(10), Number),
        new("1m", "big1m000", 1_000_000, Scalars(3), Number),
        new("strings", "bigstrin", 16_000, Texts, Text),
        new("histograms", "bighisto", 7_200, Histograms, HistogramPart),
        new("objects", "bigobjec", 7_200, [.. Tensors.Select(name => new[] { name })], HistogramObject),
        new("nested", "bignestd", 10_300, Nested, Number),
        new("wide", "bigwide0", 68, Scalars(10_000), Number),
    ];

    private static string[][] Scalars(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new[] { string.Create(CultureInfo.InvariantCulture, $"metric/{i:00}") })];

    /// <summary>The SDK takes an object apart: each member is a value of its own.</summary>
    private static string[][] Histograms =>
        [.. Tensors.SelectMany(name => HistogramParts.Select(part => new[] { name, part }))];

    private static string[][] Nested =>
        [.. from network in Networks from layer in Layers from measure in Measures select new[] { network, layer, measure }];

    private static string Number(int leaf, SplitMix64 random) => SdkJson.Of((random.Unit() * 2) - 1);

    private static string HistogramPart(int leaf, SplitMix64 random) => (leaf % 3) switch
    {
        0 => "\"histogram\"",
        1 => List(Bins, () => SdkJson.Of(random.Below(100_000))),
        _ => List(Bins + 1, () => SdkJson.Of(random.Unit())),
    };

    /// <summary>As other writers of run files may do it: the whole object is one value, which the reader has to take apart.</summary>
    private static string HistogramObject(int leaf, SplitMix64 random) =>
        $$"""{"_type":{{HistogramPart(0, random)}},"values":{{HistogramPart(1, random)}},"bins":{{HistogramPart(2, random)}}}""";

    private static string List(int count, Func<string> item) => $"[{string.Join(',', Enumerable.Range(0, count).Select(_ => item()))}]";

    /// <summary>From a word to a few hundred; quotes, line ends and letters of two and three bytes among them.</summary>
    private static string Text(int leaf, SplitMix64 random)
    {
        int count = 1 + random.Below(MostWordsOfText[leaf]);
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : " ").Append(Words[random.Below(Words.Length)]);
        }

        return SdkJson.Of(text.ToString());
    }
}
