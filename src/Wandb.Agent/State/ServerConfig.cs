using System.Text;

namespace Wandb.Agent.State;

/// <summary>Reads the config that the server keeps of a run; <c>_wandb.value.e</c> has one environment for each writer.</summary>
internal static class ServerConfig
{
    /// <param name="config">The run's config as the server gives it; null or broken text has no writers.</param>
    /// <returns>Environments as JSON text by their key, in the server's order.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> WritersIn(string? config) => Members(Member(Member(Member(config, "_wandb"), "value"), "e"));

    /// <summary>The members of a JSON object as text, in its order; none when the text is no object.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Members(string? json)
    {
        var members = new List<KeyValuePair<string, string>>();
        var text = Encoding.UTF8.GetBytes(json ?? "");
        if (!ValueJson.IsValid(text) || !ValueJson.IsObject(text))
            return members;
        var reader = new ValueReader(text);
        reader.Read();
        while (reader.Read() == ValueToken.Name)
        {
            var key = Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw));
            members.Add(new(key, Encoding.UTF8.GetString(reader.ReadValue())));
        }
        return members;
    }

    /// <summary>Whether one of them is the trainer with this id: the real client uses a random key, but keeps the id inside.</summary>
    public static bool Contain(IReadOnlyList<KeyValuePair<string, string>> writers, string writerId) =>
        writers.Any(writer => IsWriter(writer, writerId));

    /// <summary>The others.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Except(IReadOnlyList<KeyValuePair<string, string>> writers, string writerId) =>
        [.. writers.Where(writer => !IsWriter(writer, writerId))];

    private static bool IsWriter(KeyValuePair<string, string> writer, string writerId) =>
        string.Equals(writer.Key, writerId, StringComparison.Ordinal)
        || string.Equals(Member(writer.Value, "writerId"), $"\"{writerId}\"", StringComparison.Ordinal);

    /// <summary>One member of a JSON object as text; null when there is none. Of two with one name the last counts.</summary>
    public static string? Member(string? json, string name) => Members(json).LastOrDefault(member => member.Key == name).Value;
}
