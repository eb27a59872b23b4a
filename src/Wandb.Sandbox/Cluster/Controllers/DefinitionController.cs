using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Controllers;

/// <summary>Serves what CustomResourceDefinitions define, and no longer what they defined.</summary>
internal sealed class DefinitionController(ClusterParts parts)
{
    private readonly Dictionary<string, JsonNode?> served = new(StringComparer.Ordinal);

    public Task RunAsync(CancellationToken stoppingToken) => ChangeLoop.RunAsync(parts, () => [BuiltInKinds.Definitions.Id], Reconcile, stoppingToken);

    private Task<TimeSpan?> Reconcile(CancellationToken cancellationToken)
    {
        var definitions = parts.Store.List(BuiltInKinds.Definitions.Id, null).Objects.Where(stored => !stored.IsDeleting).ToDictionary(stored => stored.Name, StringComparer.Ordinal);
        foreach (var (name, stored) in definitions)
        {
            var definition = stored.Parse();
            if (!served.TryGetValue(name, out var spec) || !JsonNode.DeepEquals(spec, definition["spec"]))
            {
                var versions = CustomKinds.Of(definition);
                if (versions.Count > 0)
                {
                    parts.Registry.Serve(versions);
                }

                served[name] = definition["spec"]?.DeepClone();
            }
        }

        foreach (var name in served.Keys.Except(definitions.Keys).ToList())
        {
            parts.Registry.Drop(name);
            served.Remove(name);
        }

        return Task.FromResult<TimeSpan?>(null);
    }
}
