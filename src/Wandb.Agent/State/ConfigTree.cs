using System.Text;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>The run's config as the records leave it: objects are merged, never replaced; nulls stay (PROTOCOL.md, c, "Config JSON").</summary>
internal sealed class ConfigTree
{
    private readonly LabelPathBuffer paths = new();

    public ConfigTree()
        : this(new ValueTree())
    {
    }

    private ConfigTree(ValueTree values) => Values = values;

    /// <summary>User keys at the top level; what users and the SDK put under <c>_wandb</c> stands there as an ordinary subtree.</summary>
    public ValueTree Values { get; }

    /// <summary>Applies all updates, then all removes.</summary>
    /// <returns>How many items could not be used (value or path); the others are applied.</returns>
    public int Apply(ConfigRecord record)
    {
        var refused = 0;
        foreach (var item in record.Update)
        {
            if (!Values.Merge(paths.Of(item), Encoding.UTF8.GetBytes(item.ValueJson)))
            {
                refused++;
            }
        }

        foreach (var item in record.Remove)
        {
            Values.Remove(paths.Of(item));
        }

        return refused;
    }

    public ConfigTreeSnapshot ToSnapshot() => new(Values.ToSnapshot());

    /// <exception cref="InvalidDataException">The bytes are no snapshot.</exception>
    public static ConfigTree FromSnapshot(ConfigTreeSnapshot snapshot) => new(ValueTree.FromSnapshot(snapshot.Values));
}
