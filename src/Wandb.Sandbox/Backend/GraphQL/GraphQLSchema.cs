using GraphQLParser;
using GraphQLParser.AST;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>A field of a type.</summary>
/// <param name="TypeName">Name of its type without list and non-null marks.</param>
/// <param name="Arguments">Type of each argument.</param>
internal sealed record SchemaField(string TypeName, IReadOnlyDictionary<string, GraphQLType> Arguments);

/// <summary>schema.graphql as tables.</summary>
internal sealed class GraphQLSchema
{
    private readonly Dictionary<string, Dictionary<string, SchemaField>> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> inputs = new(StringComparer.Ordinal);

    private GraphQLSchema(GraphQLDocument document)
    {
        foreach (var type in document.Definitions.OfType<GraphQLObjectTypeDefinition>())
        {
            types[type.Name.StringValue] = type.Fields!.ToDictionary(field => field.Name.StringValue, ToField, StringComparer.Ordinal);
        }

        foreach (var input in document.Definitions.OfType<GraphQLInputObjectTypeDefinition>())
        {
            inputs[input.Name.StringValue] = input.Fields!.Select(field => field.Name.StringValue).ToHashSet(StringComparer.Ordinal);
        }
    }

    public static GraphQLSchema Instance { get; } = Load();

    public bool IsObject(string typeName) => types.ContainsKey(typeName);

    public SchemaField? Field(string typeName, string field) => types.GetValueOrDefault(typeName)?.GetValueOrDefault(field);

    /// <summary>Members of an input type; null when it is none.</summary>
    public IReadOnlySet<string>? Input(string typeName) => inputs.GetValueOrDefault(typeName);

    /// <summary>The name inside list and non-null marks.</summary>
    public static string NameOf(GraphQLType type) => type switch
    {
        GraphQLNonNullType nonNull => NameOf(nonNull.Type),
        GraphQLListType list => NameOf(list.Type),
        GraphQLNamedType named => named.Name.StringValue,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static SchemaField ToField(GraphQLFieldDefinition field) => new(
        NameOf(field.Type),
        field.Arguments?.ToDictionary(argument => argument.Name.StringValue, argument => argument.Type, StringComparer.Ordinal) ?? []);

    private static GraphQLSchema Load()
    {
        using var text = new StreamReader(typeof(GraphQLSchema).Assembly.GetManifestResourceStream("schema.graphql")!);
        return new GraphQLSchema(Parser.Parse(text.ReadToEnd()));
    }
}
