using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>What trains: the sandbox's own program, or a script with the SDK.</summary>
/// <param name="Image">Of the container.</param>
/// <param name="Command">Takes the options of <c>wandb-sandbox train</c>; empty: the image's entrypoint, which is <c>wandb-sandbox</c>.</param>
internal sealed record TrainerProgram(string Image, IReadOnlyList<string> Command)
{
    /// <param name="image">Image with <c>python3</c> and the SDK.</param>
    public static TrainerProgram OfSdk(string image) => new(image, ["python3", "-c", Script("train.py")]);

    public static TrainerProgram OfSandbox(string image) => new(image, []);

    /// <summary>A script that stands beside the test program.</summary>
    public static string Script(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cluster", "Python", name));

    /// <summary>Members <c>image</c>, <c>command</c> and <c>args</c> of a container, which other members are added to.</summary>
    /// <param name="options">Of <c>wandb-sandbox train</c>, with blanks between.</param>
    public JsonObject Container(string options)
    {
        var words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => (JsonNode)word);
        var container = new JsonObject { ["name"] = "trainer", ["image"] = Image };
        if (Command.Count > 0)
            container["command"] = new JsonArray([.. Command.Select(word => (JsonNode)word)]);
        container["args"] = Command.Count > 0 ? new JsonArray([.. words]) : new JsonArray(["train", .. words]);
        return container;
    }
}
