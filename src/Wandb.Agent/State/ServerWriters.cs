using System.Text;

namespace Wandb.Agent.State;

/// <summary>Reads who has written to a run before from the config that the server keeps: <c>_wandb.value.e</c> has one environment for each writer.</summary>
internal static class ServerWriters
{
    /// <param name="config">The run's config as the server gives it; null or broken text has no writers.</param>
    /// <returns>Environments as JSON text by their key, in the server's order.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> In(string? config)
    {
        if (config is null || Encoding.UTF8.GetBytes(config) is not { } text || !ValueJson.IsValid(text))
            return [];
        var environments = Member(Member(Member(text, "_wandb"u8), "value"u8), "e"u8);
        var writers = new List<KeyValuePair<string, string>>();
        var reader = new ValueReader(environments);
        if (environments.IsEmpty || reader.Read() != ValueToken.ObjectStart)
            return writers;
        while (reader.Read() == ValueToken.Name)
        {
            var key = Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw));
            writers.Add(new(key, Encoding.UTF8.GetString(reader.ReadValue())));
        }
        return writers;
    }

    /// <summary>Whether one of them is the trainer with this id: the real client uses a random key, but keeps the id inside.</summary>
    public static bool Contain(IReadOnlyList<KeyValuePair<string, string>> writers, string writerId) =>
        writers.Any(writer => IsWriter(writer, writerId));

    /// <summary>The others.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Except(IReadOnlyList<KeyValuePair<string, string>> writers, string writerId) =>
        [.. writers.Where(writer => !IsWriter(writer, writerId))];

    private static bool IsWriter(KeyValuePair<string, string> writer, string writerId) =>
        string.Equals(writer.Key, writerId, StringComparison.Ordinal)
        || Member(Encoding.UTF8.GetBytes(writer.Value), "writerId"u8).SequenceEqual(Encoding.UTF8.GetBytes($"\"{writerId}\""));

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new ValueReader(json);
        if (json.IsEmpty || reader.Read() != ValueToken.ObjectStart)
            return default;
        while (reader.Read() == ValueToken.Name)
        {
            var found = reader.Raw.SequenceEqual(name);
            var value = reader.ReadValue();
            if (found)
                return value;
        }
        return default;
    }
}
